{# What the build before wanted, kept for records_changed, and what its review said, for review_changes: copied
   before the first model is replaced. The first build has nothing before it, and then everything is new. #}
{% macro keep_records_before() %}
    {%- if execute and flags.WHICH in ('build', 'run') -%}
        {%- set records = adapter.get_relation(target.database, 'records', 'records') -%}
        {%- do run_query('create schema if not exists records') -%}
        {%- do run_query(
            'create or replace table records.records_before as '
            ~ ('select record_key, kind, desired, desired_hash from ' ~ records if records
                else 'select null::varchar as record_key, null::varchar as kind, null::varchar as desired,'
                    ~ ' null::varchar as desired_hash where false')
        ) -%}
        {%- set buckets = adapter.get_relation(target.database, 'review', 'review_buckets') -%}
        {%- set diffs = adapter.get_relation(target.database, 'review', 'review_field_diff') -%}
        {%- do run_query('create or replace table records.review_before as '
            ~ (review_stands_sql(buckets, diffs) if buckets and diffs
                else "select '' as what, '' as record_key, '' as field, '' as stands where false")
        ) -%}
    {%- endif -%}
{% endmacro %}

{# Where each record stands, and how each field differs. #}
{% macro review_stands_sql(buckets, diffs) -%}
    select 'bucket' as what, record_key, '' as field, bucket as stands from {{ buckets }}
    union all
    select 'difference' as what, record_key, coalesce(field, '') as field, diff_class as stands from {{ diffs }}
{%- endmacro %}

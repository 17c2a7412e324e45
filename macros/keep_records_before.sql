{# What the build before wanted, kept for records_changed: copied before the first model is replaced.
   The first build has nothing before it, and then every record is new. #}
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
    {%- endif -%}
{% endmacro %}

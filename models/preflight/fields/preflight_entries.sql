{#
    What stands in the source, field by field: the audit counts what stays behind too, and so reads
    the records as they were sent.
-#}
{{ config(materialized='ephemeral', group='as_sent') }}
{% set objects = [
    'users', 'organizations', 'people', 'leads', 'deals', 'activities', 'attachments'
] %}

with

{% for object in objects -%}
    {{ object }} as (select * from {{ ref('base_visual_practice__' ~ object) }}),

{% endfor -%}

other_records as (select * from {{ ref('stg_visual_practice__other_records') }}),

records as (
    {%- for object in objects %}
        select
            '{{ object }}' as object,
            _record
        from {{ object }}
        -- what the practice deleted neither moves nor counts
        where not is_deleted
        union all
    {%- endfor %}
    select
        object,
        _record
    from other_records
    where not is_deleted
),

entries as (
    select
        object,
        unnest({{ json_entries('_record') }}) as entry
    from records
),

standard_entries as (
    select
        object,
        entry.key as field,
        entry.value,
        false as is_custom
    from entries
    where entry.key <> 'custom_fields'
),

custom_pairs as (
    select
        object,
        unnest({{ json_entries('entry.value') }}) as entry
    from entries
    where entry.key = 'custom_fields'
),

custom_entries as (
    select
        object,
        entry.key as field,
        entry.value,
        true as is_custom
    from custom_pairs
),

all_entries as (
    select * from standard_entries
    union all
    select * from custom_entries
)

select * from all_entries
-- absent, null, "" and empty lists all mean no value
where value::varchar not in ('null', '""', '[]', '{}')

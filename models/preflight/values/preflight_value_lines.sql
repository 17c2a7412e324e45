{{ config(materialized='ephemeral') }}

with

value_maps as (
    select * from {{ ref('preflight_value_maps') }}
    where not is_mapped
),

records as (
    {%- for object, field in [('leads', 'status'), ('deals', 'stage'), ('activities', 'type')] %}
        select
            '{{ object }}' as source_object,
            id as source_id,
            '{{ field }}' as source_field,
            coalesce(trim({{ field }}), '') as source_value
        from {{ ref('stg_visual_practice__' ~ object) }}
        {{ "union all" if not loop.last }}
    {%- endfor %}
),

lines as (
    select
        records.source_object,
        records.source_id,
        -- one line a record: where several maps lack the value, the gates have the others
        min('append to ' || value_maps.csv_file || ': ' || value_maps.csv_line) as line
    from records
    inner join value_maps
        on
            records.source_object = value_maps.source_object
            and records.source_field = value_maps.source_field
            and records.source_value = value_maps.source_value
    group by all
)

select * from lines

{# How many more custom fields each kind of record may have, and what a field may be there. #}
with

custom_fields as (select * from {{ ref('nutshell_custom_fields') }}),

limits as (select * from {{ ref('limits') }}),

live_fields as (select * from {{ ref('stg_nutshell__custom_fields') }}),

used as (
    select
        entity,
        count(*) as fields
    from live_fields
    group by entity
),

room as (
    select
        limits.entity,
        min(limits.max_value - coalesce(used.fields, 0)) as fields_left
    from limits
    left join used on limits.entity = used.entity
    where limits.limit_name = 'custom_fields'
    group by limits.entity
),

caps as (
    select
        max(max_value) filter (where limit_name = 'custom_field_name_length') as name_length,
        max(max_value) filter (where limit_name = 'choices_per_field') as choices_per_field
    from limits
),

entities as (select distinct entity from custom_fields),

counted as (
    select
        -- ids
        entities.entity,

        -- numbers
        room.fields_left,
        caps.name_length,
        caps.choices_per_field
    from entities
    cross join caps
    left join room on entities.entity = room.entity
)

select * from counted

{# What fields of the practice's own hold of Nutshell's lists of ways to reach somebody. #}
with

field_values as (select * from {{ ref('int_custom_field_values') }}),

maps as (
    select * from {{ ref('fields') }}
    where
        decision = 'map' and target_type = 'Standard'
        and source_object in ('people', 'organizations')
),

entities as (select * from {{ ref('source_kinds') }}),

target_fields as (
    select * from {{ ref('target_fields') }}
    where takes_more
),

permitted as (select * from {{ ref('int_fields_permitted') }}),

declared as (select * from {{ ref('stg_visual_practice__fields') }}),

mapped as (
    select
        -- ids
        field_values.source_object,
        field_values.source_id,
        field_values.source_field,

        -- text
        split_part(maps.target_field, '.', 1) as kind,
        -- of an address
        nullif(split_part(maps.target_field, '.', 2), '') as part,
        -- a second number is told from the first by what the practice calls it
        coalesce(declared.label, field_values.source_field) as label,
        {{ clean_line('field_values.original') }} as value,

        -- numbers
        -- after those that the record lists itself
        1000 + row_number() over (
            partition by
                field_values.source_object, field_values.source_id,
                split_part(maps.target_field, '.', 1)
            order by field_values.source_field, field_values.position
        ) as position,

        -- flags
        false as is_primary
    from field_values
    inner join maps
        on
            field_values.source_object = maps.source_object
            and field_values.source_field = maps.source_field
    inner join entities on maps.source_object = entities.source_object
    inner join target_fields
        on
            lower(entities.entity_type) = target_fields.entity
            and maps.target_field = target_fields.target_field
    left join permitted
        on
            field_values.source_object = permitted.object
            and field_values.source_field = permitted.field
    left join declared
        on
            field_values.source_object = declared.object
            and field_values.source_field = declared.field
    -- half an address is none: what moves masked, or not at all, is no way to reach anybody
    where coalesce(permitted.policy, 'migrate') = 'migrate'
)

select * from mapped
where value is not null

{# The rows of the map of fields that ask for a custom field of Nutshell. #}
with

maps as (
    select * from {{ ref('fields') }}
    -- a standard field of Nutshell is no custom field: models/nutshell carries it, or a gate
    -- says not
    where
        decision = 'map'
        and coalesce(target_type, '') not in ('Standard', 'Trailer')
        and source_object <> 'activities'
),

entities as (select * from {{ ref('source_kinds') }}),

declared as (select * from {{ ref('stg_visual_practice__fields') }}),

permitted as (select * from {{ ref('int_fields_permitted') }}),

defaults as (select * from {{ ref('int_field_defaults') }}),

mapped as (
    select
        -- ids
        maps.source_object,
        maps.source_field,
        lower(entities.entity_type) as entity,
        maps.target_field as name,

        -- text
        maps.target_type as type,
        defaults.default_value,
        defaults.value as default_json,

        -- flags
        coalesce(declared.is_multiple, false) as is_multiple,
        coalesce(declared.is_required, false) as is_required
    from maps
    inner join entities on maps.source_object = entities.source_object
    left join declared
        on maps.source_object = declared.object and maps.source_field = declared.field
    left join permitted
        on maps.source_object = permitted.object and maps.source_field = permitted.field
    left join defaults
        on
            maps.source_object = defaults.source_object
            and maps.source_field = defaults.source_field
    -- no field is made for what may not move
    where coalesce(permitted.policy, 'migrate') <> 'exclude'
)

select * from mapped

{# Each custom field that the mapping fills, beside what the data and Nutshell say of it. #}
with

custom_fields as (select * from {{ ref('nutshell_custom_fields') }}),

live_fields as (select * from {{ ref('stg_nutshell__custom_fields') }}),

field_makers as (select * from {{ ref('field_makers') }}),

filled_by as (select * from {{ ref('preflight_custom_fields_filled') }}),

there as (

    {{ definitions_compared('custom_fields', 'live_fields') }}

),

compared as (
    select
        -- ids
        there.entity,
        there.name,

        -- text
        there.type,
        there.nutshell_type,
        there.fallback_type,
        there.fitting_types,
        there.origin,
        there.default_value,
        there.choices,
        there.state,
        -- by name here, where the mapper reads; the loader's messages only count them
        there.difference || if(
            there.is_there and len(there.choices_missing) > 0,
            ': ' || array_to_string(there.choices_missing, ' | '),
            ''
        ) as difference,
        field_makers.create_via,
        field_makers.note as type_note,

        -- numbers
        filled_by.longest,
        filled_by.filled,
        filled_by.max_length,
        coalesce(filled_by.empty_but_required, 0) as empty_but_required,

        -- flags
        there.is_multiple,
        coalesce(there.is_required, false) as is_required,
        coalesce(filled_by.has_unusable_default, false) as has_unusable_default,
        there.is_there
    from there
    left join filled_by
        on there.entity = filled_by.entity and there.name = filled_by.name
    left join field_makers on there.nutshell_type = field_makers.nutshell_type
)

select * from compared

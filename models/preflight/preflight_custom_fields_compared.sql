{# Each custom field that the mapping fills, beside what the data and Nutshell say of it. #}
with

custom_fields as (select * from {{ ref('nutshell_custom_fields') }}),

live_fields as (select * from {{ ref('stg_nutshell__custom_fields') }}),

field_makers as (select * from {{ ref('field_makers') }}),

mapped as (select * from {{ ref('int_fields_mapped') }}),

fields_audited as (select * from {{ ref('preflight_fields') }}),

filled_by as (
    select
        mapped.entity,
        mapped.name,
        max(fields_audited.longest) as longest,
        sum(fields_audited.filled) as filled,
        bool_or(
            mapped.default_value is not null and mapped.default_json is null
        ) as has_unusable_default
    from mapped
    left join fields_audited
        on
            mapped.source_object = fields_audited.object
            and mapped.source_field = fields_audited.field
    group by all
),

there as (

    {{ definitions_compared('custom_fields', 'live_fields') }}

),

compared as (
    select
        there.entity,
        there.name,
        there.type,
        there.nutshell_type,
        there.origin,
        there.default_value,
        there.choices,
        there.is_multiple,
        coalesce(there.is_required, false) as is_required,
        coalesce(filled_by.has_unusable_default, false) as has_unusable_default,
        filled_by.longest,
        filled_by.filled,
        there.is_there,
        there.state,
        -- by name here, where the mapper reads; the loader's messages only count them
        there.difference || if(
            there.is_there and len(there.choices_missing) > 0,
            ': ' || array_to_string(there.choices_missing, ' | '),
            ''
        ) as difference,
        field_makers.create_via,
        field_makers.note as type_note
    from there
    left join filled_by
        on there.entity = filled_by.entity and there.name = filled_by.name
    left join field_makers on there.nutshell_type = field_makers.nutshell_type
)

select * from compared

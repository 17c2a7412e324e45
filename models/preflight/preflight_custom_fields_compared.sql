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

compared as (
    select
        custom_fields.entity,
        custom_fields.name,
        custom_fields.type,
        custom_fields.nutshell_type,
        custom_fields.origin,
        custom_fields.default_value,
        coalesce(custom_fields.choices, []) as choices,
        coalesce(custom_fields.is_multiple, false) as is_multiple,
        coalesce(custom_fields.is_required, false) as is_required,
        coalesce(filled_by.has_unusable_default, false) as has_unusable_default,
        filled_by.longest,
        filled_by.filled,
        live_fields.name is not null as is_there,
        live_fields.nutshell_type as live_type,
        list_filter(
            coalesce(custom_fields.choices, []),
            lambda choice: not list_contains(  -- noqa: RF02
                coalesce(live_fields.choices, []), choice  -- noqa: RF02
            )
        ) as choices_missing,
        field_makers.create_via,
        field_makers.note as type_note
    from custom_fields
    left join live_fields
        on
            custom_fields.entity = live_fields.entity
            and lower(trim(custom_fields.name)) = lower(trim(live_fields.name))
    left join filled_by
        on custom_fields.entity = filled_by.entity and custom_fields.name = filled_by.name
    left join field_makers on custom_fields.nutshell_type = field_makers.nutshell_type
)

select * from compared

{# Which records get a default: those that move and of which the source says nothing for the field.
   A value that could not be read is not nothing. #}
with

defaults as (
    select * from {{ ref('int_field_defaults') }}
    where value is not null
),

typed as (
    select * from {{ ref('int_custom_fields_typed') }}
    -- `-` and `n/a` say nothing
    where problem is distinct from 'placeholder'
),

records as (
    select
        * exclude (target_key),
        target_key as record_key
    from {{ ref('int_records_resolved') }}
    where source_object <> 'activities'
),

said as (
    select distinct
        records.record_key,
        typed.target_field
    from typed
    inner join records
        on typed.source_object = records.source_object and typed.source_id = records.source_id
    semi join defaults on typed.target_field = defaults.target_field
),

defaulted as (
    select
        -- ids
        records.record_key,
        defaults.target_field,

        -- text
        -- as the comparison with Nutshell calls it
        'customFields.' || defaults.target_field as field,
        defaults.default_value,
        defaults.value
    from records
    inner join defaults on records.source_object = defaults.source_object
    anti join said
        on
            records.record_key = said.record_key
            and defaults.target_field = said.target_field
    where records.bucket_reason is null
)

select * from defaulted

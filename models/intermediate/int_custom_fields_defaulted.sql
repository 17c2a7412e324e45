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

organizations as (select * from {{ ref('int_organizations_resolved') }}),

people as (select * from {{ ref('int_people_resolved') }}),

leads as (select * from {{ ref('int_leads_resolved') }}),

deals as (select * from {{ ref('int_deals_resolved') }}),

-- the record in which each one's fields stand: a twin's in its survivor, a converted lead's in
-- its deal
records as (
    select
        'organizations' as source_object,
        source_id,
        'organizations:' || source_id as record_key,
        bucket_reason
    from organizations
    union all
    select
        'people' as source_object,
        source_id,
        record_key,
        bucket_reason
    from people
    union all
    select
        'leads' as source_object,
        source_id,
        target_key as record_key,
        bucket_reason
    from leads
    union all
    select
        'deals' as source_object,
        source_id,
        target_key as record_key,
        bucket_reason
    from deals
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

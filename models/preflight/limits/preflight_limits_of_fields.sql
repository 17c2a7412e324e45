{{ config(materialized='ephemeral') }}

with

limits as (select * from {{ ref('limits') }}),

live_fields as (select * from {{ ref('stg_nutshell__custom_fields') }}),

custom_fields as (select * from {{ ref('preflight_custom_fields') }}),

text_lengths as (select * from {{ ref('preflight_text_lengths') }}),

used as (
    select
        entity,
        count(*) as fields
    from live_fields
    group by entity
),

wanted as (
    select
        entity,
        count(*) as fields
    from custom_fields
    where not is_there
    group by entity
),

-- how many choices, how long a name, how long a text
sizes as (
    select
        'choices_per_field' as limit_name,
        len(choices) as size,
        is_there
    from custom_fields
    union all
    select
        'custom_field_name_length' as limit_name,
        length(name) as size,
        is_there
    from custom_fields
    union all
    select
        limit_name,
        characters as size,
        false as is_there
    from text_lengths
),

measured as (
    select
        limits.limit_name,
        limits.entity,
        coalesce(used.fields, 0) as used,
        coalesce(wanted.fields, 0) as planned,
        coalesce(used.fields, 0) + coalesce(wanted.fields, 0) as peak
    from limits
    left join used on limits.entity = used.entity
    left join wanted on limits.entity = wanted.entity
    where limits.limit_name = 'custom_fields'
    union all
    -- of what follows the largest counts, not the sum
    select
        limits.limit_name,
        limits.entity,
        coalesce(max(sizes.size) filter (where sizes.is_there), 0) as used,
        coalesce(max(sizes.size) filter (where not sizes.is_there), 0) as planned,
        coalesce(max(sizes.size), 0) as peak
    from limits
    left join sizes on limits.limit_name = sizes.limit_name
    where limits.unit in ('choices', 'characters')
    group by limits.limit_name, limits.entity
)

select * from measured

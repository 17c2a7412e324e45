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
        'choices_per_field' as limit_name,
        'any' as entity,
        coalesce(max(len(choices)) filter (where is_there), 0) as used,
        coalesce(max(len(choices)) filter (where not is_there), 0) as planned,
        coalesce(max(len(choices)), 0) as peak
    from custom_fields
    union all
    select
        'custom_field_name_length' as limit_name,
        'any' as entity,
        coalesce(max(length(name)) filter (where is_there), 0) as used,
        coalesce(max(length(name)) filter (where not is_there), 0) as planned,
        coalesce(max(length(name)), 0) as peak
    from custom_fields
    union all
    select
        limits.limit_name,
        limits.entity,
        0 as used,
        coalesce(max(text_lengths.characters), 0) as planned,
        coalesce(max(text_lengths.characters), 0) as peak
    from limits
    left join text_lengths on limits.limit_name = text_lengths.limit_name
    where limits.limit_name in ('text_length', 'long_text_length')
    group by limits.limit_name, limits.entity
)

select * from measured

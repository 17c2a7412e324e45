{{ config(materialized='ephemeral') }}

with

planned_records as (select * from {{ ref('records') }}),

keys as (select * from {{ ref('record_keys') }}),

kinds as (select * from {{ ref('kinds') }}),

planned as (
    select
        -- ids
        planned_records.record_key,
        lower(kinds.entity_type) as entity,

        -- numbers
        -- the order in which the loader makes them
        row_number() over (
            partition by planned_records.kind
            order by planned_records.level, planned_records.record_key
        ) as position,

        -- flags
        planned_records.outcome_payload is null as is_open
    from planned_records
    inner join kinds on planned_records.kind = kinds.kind
    left join keys on planned_records.record_key = keys.record_key
    -- what Nutshell has, be it from us, takes no more room
    where
        planned_records.kind in ('contact', 'lead')
        and planned_records.bucket_reason is null
        and keys.record_key is null
)

select * from planned

{{ config(materialized='ephemeral') }}

with

people as (select * from {{ ref('nutshell_people') }}),

leads as (select * from {{ ref('nutshell_leads') }}),

deals as (select * from {{ ref('nutshell_deals') }}),

planned as (
    select
        'contacts' as entity,
        record_key,
        false as is_open
    from people
    -- what Nutshell already has takes no room
    where bucket_reason is null and nutshell_id is null
    union all
    select
        'leads' as entity,
        record_key,
        outcome_payload is null as is_open
    from leads
    where bucket_reason is null and nutshell_id is null
    union all
    select
        'leads' as entity,
        record_key,
        outcome_payload is null as is_open
    from deals
    where bucket_reason is null and nutshell_id is null
)

select * from planned

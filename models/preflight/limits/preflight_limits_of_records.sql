{{ config(materialized='ephemeral') }}

with

live_contacts as (
    select * from {{ ref('stg_nutshell__contacts') }}
    where not is_gone
),

open_leads as (
    select * from {{ ref('stg_nutshell__leads') }}
    where not is_gone and status in (0, 1)
),

planned_records as (select * from {{ ref('preflight_planned_records') }}),

counted as (
    select
        count(*) filter (where entity = 'contacts') as contacts,
        count(*) filter (where entity = 'leads' and is_open) as open_leads,
        -- as many closed leads may be open for a moment as the loader has records under way;
        -- without the setting all of them
        least(
            count(*) filter (where entity = 'leads' and not is_open),
            try_cast({{ setting('records_at_once') }} as bigint)
        ) as open_for_a_moment
    from planned_records
),

there as (
    select
        (select count(*) from live_contacts) as contacts,
        (select count(*) from open_leads) as open_leads
),

measured as (
    select
        'contacts' as limit_name,
        'contacts' as entity,
        there.contacts as used,
        counted.contacts as planned,
        there.contacts + counted.contacts as peak
    from counted
    cross join there
    union all
    select
        'open_leads' as limit_name,
        'leads' as entity,
        there.open_leads as used,
        counted.open_leads as planned,
        there.open_leads + counted.open_leads + counted.open_for_a_moment as peak
    from counted
    cross join there
)

select * from measured

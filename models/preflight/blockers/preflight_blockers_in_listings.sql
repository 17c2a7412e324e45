{{ config(materialized='ephemeral') }}

with

listings as (select * from {{ ref('stg_visual_practice__listings') }}),

objects as (select * from {{ ref('objects') }}),

unknown_zones as (
    select distinct
        'unknown_time_zone' as blocker_class,
        null::varchar as source_object,
        null::varchar as source_id,
        zone_told as subject,
        'times without a zone of their own would be read as UTC' as detail,
        'append to seeds/reference/zone_names.csv: ' || {{ csv_cell('zone_told') }}
        || ',<its name in the time zone database, as America/New_York>,<whose name it is>' as mend
    from listings
    where not is_zone_known
),

incomplete as (
    select
        'incomplete_listing' as blocker_class,
        listings.object as source_object,
        null::varchar as source_id,
        listings.object as subject,
        if(listings.is_absent, 'no listing came', listings.rows_now || ' records came')
        || coalesce(', ' || listings.rows_before || ' before: older runs stand for the rest', '')
            as detail,
        null::varchar as mend
    from listings
    inner join objects on listings.object = objects.object
    -- what was never there is not missed; what moves and came before, or was declared, is
    where
        objects.policy = 'migrate'
        and (
            listings.is_absent
            or (listings.rows_before > 0 and not listings.is_of_usual_size)
        )
),

blockers as (
    select * from unknown_zones
    union all
    select * from incomplete
)

select * from blockers

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

undecided_orders as (
    select
        'ambiguous_dates' as blocker_class,
        null::varchar as source_object,
        null::varchar as source_id,
        orders.object || '.' || orders.field as subject,
        orders.dates_of_two_readings || ' dates can be read in two ways; '
        || orders.month_first_dates || ' others have the month first, '
        || orders.day_first_dates || ' the day' as detail,
        'append to seeds/policies/date_orders.csv: ' || orders.object || ','
        || {{ csv_cell('orders.field') }} || ',<month_first or day_first>,<who knows it>' as mend
    from {{ ref('int_date_orders') }} as orders
    inner join objects on orders.object = objects.object
    left join {{ ref('int_fields_permitted') }} as permitted
        on orders.object = permitted.object and orders.field = permitted.field
    where
        orders.date_order is null
        and orders.dates_of_two_readings > 0
        and objects.policy = 'migrate'
        and coalesce(permitted.policy, 'migrate') = 'migrate'
),

blockers as (
    select * from unknown_zones
    union all
    select * from incomplete
    union all
    select * from undecided_orders
)

select * from blockers

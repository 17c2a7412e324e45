{{ config(materialized='ephemeral') }}

with

device_keys as (select * from {{ ref('device_keys') }}),

devices as (select * from {{ ref('preflight_devices') }}),

objects_fetched as (select * from {{ ref('preflight_objects_fetched') }}),

naming as (select distinct object from device_keys),

per_object as (
    select
        object,
        count(*) as devices,
        count(*) filter (where is_confirmed) as devices_confirmed
    from devices
    group by object
),

counted as (
    select
        naming.object,
        -- what was never asked for may name any number of them
        if(objects_fetched.is_fetched, coalesce(per_object.devices, 0), null) as devices,
        if(objects_fetched.is_fetched, coalesce(per_object.devices_confirmed, 0), null)
            as devices_confirmed
    from naming
    inner join objects_fetched on naming.object = objects_fetched.object
    left join per_object on naming.object = per_object.object
)

select * from counted

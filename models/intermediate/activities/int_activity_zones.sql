{# The zone that an activity names for a start written without one. A name that is known to nobody
   (`MyTimezone`) leaves the deployment's zone to hold, and is listed. #}
with

activities as (select * from {{ ref('stg_visual_practice__activities') }}),

zone_names as (select * from {{ ref('zone_names') }}),

known_zones as (select name from pg_timezone_names()),

policy as (select {{ setting('activity_zone_field') }} as zone_field),

-- what has a zone of its own needs none, a day without a time either
zoneless as (
    select
        id as source_id,
        trim(json_extract_string(_record, '$.started_at')) as started_text,
        nullif(trim(
            {{ json_member('custom_fields', 'policy.zone_field') }} ->> '$'
        ), '') as zone_text
    from activities
    cross join policy
    where
        contains(custom_fields, policy.zone_field)
        and {{ time_parts('started_text') }}.zone = ''
        and {{ time_parts('started_text') }}.time <> ''
),

texts as (
    select distinct zone_text from zoneless
    where zone_text is not null
),

-- calendars put their maker's path before the name: /maker/20070129_1/America/New_York
candidates as (
    select
        zone_text,
        unnest([
            zone_text,
            array_to_string(string_split(zone_text, '/')[-3:], '/'),
            array_to_string(string_split(zone_text, '/')[-2:], '/')
        ]) as candidate
    from texts
),

read as (
    select
        candidates.zone_text,
        max(coalesce(zone_names.zone, known_zones.name)) as zone
    from candidates
    left join zone_names on lower(candidates.candidate) = lower(zone_names.name)
    left join known_zones on candidates.candidate = known_zones.name
    group by candidates.zone_text
),

orders as (
    select max(date_order) as date_order from {{ ref('int_date_orders') }}
    where object = 'activities' and field = 'started_at'
),

zones as (
    select
        zoneless.source_id,
        zoneless.zone_text,
        read.zone,
        {{ parse_timestamp('zoneless.started_text', 'read.zone', 'orders.date_order') }}
            as started_at
    from zoneless
    cross join orders
    inner join read on zoneless.zone_text = read.zone_text
)

select * from zones

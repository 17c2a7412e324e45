with

activities as (select * from {{ ref('stg_visual_practice__activities') }}),

zones as (select * from {{ ref('int_activity_zones') }}),

-- a zone beside a time without one goes before the deployment's own
zoned as (
    select
        activities.* exclude (started_at),
        coalesce(zones.started_at, activities.started_at) as started_at,
        zones.source_id is not null and zones.zone is null as is_zone_unknown
    from activities
    left join zones on activities.id = zones.source_id
),

started as (
    select
        -- ids
        id as source_id,

        -- text
        -- an activity without a readable start stands at the time of its creation, and says so
        case
            when started_at is not null and is_zone_unknown then 'zone_unknown'
            when started_at is not null then null
            when list_contains(_misfits, 'started_at') then 'started_at_unreadable'
            else 'started_at_missing'
        end as time_note,

        -- flags
        coalesce(
            {{ time_parts("_record::json ->> 'started_at'") }}.day <> ''
            and {{ time_parts("_record::json ->> 'started_at'") }}.time = '', false
        ) as is_all_day,
        -- broken clocks are kept as they are, and listed
        coalesce(started_at < timestamptz '1990-01-01 00:00:00+00', false) as is_suspect,

        -- times
        coalesce(started_at, created_at) as started_at,
        -- a duration that no calendar can hold is none, and is named
        coalesce(
            try(
                coalesce(started_at, created_at) + to_seconds(
                    if(
                        duration_minutes between 0 and {{ longest_duration() }},
                        duration_minutes, null
                    ) * 60
                )
            ),
            started_at,
            created_at
        ) as ended_at
    from zoned
)

select * from started

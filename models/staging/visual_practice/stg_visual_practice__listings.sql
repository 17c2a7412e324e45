with

runs as (select * from {{ ref('stg_visual_practice__runs') }}),

settings as (select * from {{ ref('settings') }}),

zone_names as (select * from {{ ref('zone_names') }}),

objects as (
    select
        object,
        max(run_id) filter (where kind = 'full') as full_run_id,
        max(run_id) as newest_run_id,
        arg_max(server_time_zone, run_id) as zone_told,
        max(server_time) as server_time
    from runs
    group by object
),

sizes as (
    select
        objects.object,
        max(runs.rows) filter (where runs.run_id = objects.full_run_id) as rows_now,
        max(runs.rows) filter (where runs.run_id < objects.full_run_id) as rows_before,
        max(runs.quarantined) filter (where runs.run_id = objects.full_run_id) as quarantined_now,
        max(runs.total_reported) filter (where runs.run_id = objects.full_run_id) as total_now
    from objects
    inner join runs on objects.object = runs.object and runs.kind = 'full'
    group by objects.object
),

share as (
    select max(try_cast(value as double)) as full_run_share_min
    from settings
    where name = 'full_run_share_min'
),

known_zones as (
    select
        lower(zone_names.name) as name_key,
        max(known.name) as zone
    from zone_names
    inner join pg_timezone_names() as known on zone_names.zone = known.name
    group by lower(zone_names.name)
),

zones as (
    select
        objects.object,
        coalesce(known.name, known_zones.zone) as zone
    from objects
    left join pg_timezone_names() as known on objects.zone_told = known.name
    left join known_zones on lower(objects.zone_told) = known_zones.name_key
),

listed as (
    select
        objects.object,
        objects.full_run_id,
        objects.newest_run_id,
        objects.zone_told,
        objects.server_time,
        coalesce(zones.zone, 'UTC') as zone,
        zones.zone is not null as is_zone_known,
        sizes.rows_now,
        sizes.rows_before,
        sizes.object is not null and sizes.total_now is null as is_absent,
        coalesce(
            sizes.rows_now > 0
            and sizes.rows_now >= sizes.rows_before * coalesce(share.full_run_share_min, 0.9),
            false
        ) as is_of_usual_size,
        -- an empty listing, or one far smaller than any before, is a broken one: what it lacks
        -- stays a record until a listing of the usual size lacks it too; what could not be read
        -- (quarantined) may be the very record that seems to be gone
        is_of_usual_size and sizes.quarantined_now = 0 as counts_deletions
    from objects
    cross join share
    left join sizes on objects.object = sizes.object
    left join zones on objects.object = zones.object
)

select * from listed

with

runs as (select * from {{ ref('stg_visual_practice__runs') }}),

settings as (select * from {{ ref('settings') }}),

objects as (
    select
        object,
        max(run_id) filter (where kind = 'full') as full_run_id,
        max(run_id) as newest_run_id,
        arg_max(server_time_zone, run_id) as server_time_zone
    from runs
    group by object
),

sizes as (
    select
        objects.object,
        max(runs.rows) filter (where runs.run_id = objects.full_run_id) as rows_now,
        max(runs.rows) filter (where runs.run_id < objects.full_run_id) as rows_before
    from objects
    inner join runs on objects.object = runs.object and runs.kind = 'full'
    group by objects.object
),

share as (
    select max(try_cast(value as double)) as full_run_share_min
    from settings
    where name = 'full_run_share_min'
),

listed as (
    select
        objects.object,
        objects.full_run_id,
        objects.newest_run_id,
        coalesce(zones.name, 'UTC') as zone,
        sizes.rows_now,
        sizes.rows_before,
        -- an empty listing, or one far smaller than any before, is a broken one: what it lacks
        -- stays a record until a listing of the usual size lacks it too
        coalesce(
            sizes.rows_now > 0
            and sizes.rows_now >= sizes.rows_before * coalesce(share.full_run_share_min, 0.9),
            false
        ) as counts_deletions
    from objects
    cross join share
    left join sizes on objects.object = sizes.object
    left join pg_timezone_names() as zones on objects.server_time_zone = zones.name
)

select * from listed

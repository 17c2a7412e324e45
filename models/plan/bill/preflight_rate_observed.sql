{# The same rule as `load plan` prints by: the newest load that wrote enough to tell. #}
with

runs as (select * from {{ ref('stg_audit__runs') }}),

writes as (select * from {{ ref('stg_audit__writes') }}),

observed as (
    select
        writes.run_id,
        max(runs.started_at) as started_at,
        count(*) as writes,
        date_diff('millisecond', min(writes.intended_at), max(writes.settled_at)) / 60000.0
            as minutes
    from writes
    -- a retry or a rollback goes its own way, and between two runs nobody writes
    inner join runs on writes.run_id = runs.run_id and starts_with(runs.command, 'apply')
    where writes.status in ('done', 'reverted')
    group by writes.run_id
    -- a delta of a handful says nothing, and leaves what the load before it said
    having count(*) >= 50
),

rate as (
    select
        run_id,
        writes,
        writes / minutes as writes_a_minute
    from observed
    where minutes > 0
    order by started_at desc
    limit 1
)

select * from rate

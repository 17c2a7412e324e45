{# The same rule as `load plan` prints by: the newest load, if it wrote enough to tell. #}
with

runs as (select * from {{ ref('stg_audit__runs') }}),

writes as (select * from {{ ref('stg_audit__writes') }}),

newest as (
    select run_id
    from runs
    -- a retry or a rollback goes its own way, and between two runs nobody writes
    where starts_with(command, 'apply')
    order by started_at desc
    limit 1
),

observed as (
    select
        writes.run_id,
        count(*) as writes,
        date_diff('millisecond', min(writes.intended_at), max(writes.settled_at)) / 60000.0
            as minutes
    from writes
    inner join newest on writes.run_id = newest.run_id
    where writes.status in ('done', 'reverted')
    group by writes.run_id
),

rate as (
    select
        run_id,
        writes,
        writes / minutes as writes_a_minute
    from observed
    where writes >= 50 and minutes > 0
)

select * from rate

{# All that keeps records from Nutshell, by its cause, with what a person does about it. #}
{{ config(schema='preflight') }}
with

blockers as (select * from {{ ref('preflight_blockers') }}),

verdicts as (select * from {{ ref('plan_verdicts') }}),

waiting as (select * from {{ ref('preflight_writes_waiting') }}),

causes as (
    select
        coalesce(source_object || ':' || source_id, subject) as record_key,
        cause,
        if(is_accepted, 'accepted', scope) as standing,
        mend,
        if(scope = 'gate', 'load plan', 'load retry --cause ' || cause) as command
    from blockers
),

-- what waits for another record has the mend of that one, and moves with it
spread as (
    select
        verdicts.record_key,
        verdicts.reason as cause,
        causes.standing,
        causes.mend,
        causes.command
    from verdicts
    inner join causes on verdicts.cause_key = causes.record_key
    where verdicts.reason = 'depends_on_blocked'
),

failed as (
    select
        record_key,
        cause,
        'failed' as standing,
        mend,
        regexp_extract(mend, '`([^`]*)`$', 1) as command
    from waiting
),

found as (
    select * from causes
    union all
    select * from spread
    union all
    select * from failed
),

grouped as (
    select
        -- ids
        cause,

        -- text
        standing,
        min(record_key) as example,
        mend,
        min(command) as command,

        -- numbers
        count(distinct record_key) as records
    from found
    group by cause, standing, mend
)

select * from grouped

{# Where every source record ended, in exactly one bucket, and why. #}
with verdicts as (

    select * from {{ ref('plan_verdicts') }}

),

settled as (

    select
        record_key,
        state,
        nutshell_id,
        html_url
    from {{ ref('stg_audit__records') }}

),

-- the last word on each record's own step, newest first
last_writes as (

    select
        record_key,
        bool_or(operation = 'update' and status = 'done') as was_updated,
        arg_max(status, write_id) as last_status,
        arg_max(cause_class, write_id) as last_cause
    from {{ ref('stg_audit__writes') }}
    where operation in ('create', 'update')
    group by record_key

),

placed as (

    select
        verdicts.source_object,
        verdicts.source_id,
        verdicts.record_key,
        settled.nutshell_id,
        settled.html_url,
        case
            when
                last_writes.last_status in ('failed', 'in_doubt', 'blocked')
                and verdicts.bucket in ('created', 'updated')
                then 'failed'
            when verdicts.bucket in ('merged', 'blocked', 'excluded') then verdicts.bucket
            when settled.state in ('created', 'matched') and last_writes.was_updated then 'updated'
            when settled.state in ('created', 'matched') then settled.state
            else 'pending'
        end as bucket,
        verdicts.bucket as planned_bucket,
        case
            when last_writes.last_status in ('failed', 'in_doubt', 'blocked')
                then last_writes.last_cause
            else verdicts.reason
        end as reason,
        verdicts.survivor_key,
        verdicts.cause_key
    from verdicts
    left join settled on verdicts.record_key = settled.record_key
    left join last_writes on verdicts.record_key = last_writes.record_key

)

select * from placed

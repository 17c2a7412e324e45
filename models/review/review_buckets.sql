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

judged as (

    select
        verdicts.*,
        settled.state as settled_state,
        settled.nutshell_id as settled_id,
        settled.html_url,
        last_writes.was_updated,
        last_writes.last_cause,
        -- tried, not done, and still to do
        coalesce(
            last_writes.last_status in ('failed', 'in_doubt', 'blocked')
            and verdicts.bucket in ('created', 'updated'),
            false
        ) as has_failed
    from verdicts
    left join settled on verdicts.record_key = settled.record_key
    left join last_writes on verdicts.record_key = last_writes.record_key

),

placed as (

    select
        source_object,
        source_id,
        record_key,
        settled_id as nutshell_id,
        html_url,
        case
            when has_failed then 'failed'
            when bucket in ('merged', 'blocked', 'excluded') then bucket
            when settled_state in ('created', 'matched') and was_updated then 'updated'
            when settled_state in ('created', 'matched') then settled_state
            else 'pending'
        end as bucket,
        bucket as planned_bucket,
        case when has_failed then last_cause else reason end as reason,
        survivor_key,
        cause_key
    from judged

)

select * from placed

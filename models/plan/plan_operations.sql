{# What `load plan` freezes: one row per write, in dependency order; the steps of a record
   stand together, so that a closed deal is never left standing open. #}
with verdicts as (

    select * from {{ ref('plan_verdicts') }}

),

steps as (

    select
        *,
        case when kind = 'file' then 'file' else 'record' end as step,
        0 as step_order,
        case bucket
            when 'created' then 'create'
            when 'updated' then case when update_payload is null then 'skip' else 'update' end
            when 'blocked' then 'block'
            else 'skip'
        end as operation,
        case when bucket = 'created' then payload when bucket = 'updated' then update_payload end
            as step_payload
    from verdicts
    union all
    select
        *,
        'value' as step,
        1 as step_order,
        case bucket when 'created' then 'create' else 'update' end as operation,
        value_payload as step_payload
    from verdicts
    where
        value_payload is not null and (bucket = 'created' or (bucket = 'updated' and writes_value))
    union all
    select
        *,
        'outcome' as step,
        2 as step_order,
        case bucket when 'created' then 'create' else 'update' end as operation,
        outcome_payload as step_payload
    from verdicts
    where
        outcome_payload is not null
        and (bucket = 'created' or (bucket = 'updated' and writes_outcome))

),

sample as (

    select record_key from {{ ref('plan_sample') }}

),

numbered as (

    select
        row_number() over (order by steps.level, steps.record_key, steps.step_order) as position,
        cast(steps.level as integer) as level,
        steps.record_key,
        steps.record_key || '/' || steps.step as operation_key,
        steps.source_object,
        steps.source_id,
        steps.kind,
        steps.step,
        steps.operation,
        steps.reason,
        case when steps.step_order = 0 then steps.bucket end as bucket,
        -- what is merged, blocked or left out is not registered as standing in Nutshell
        case
            when coalesce(steps.bucket, '') not in ('merged', 'blocked', 'excluded')
                then steps.known_id
        end as nutshell_id,
        steps.survivor_key,
        steps.cause_key,
        steps.step_payload as payload,
        md5(steps.step_payload) as payload_hash,
        steps.desired,
        steps.desired_hash,
        case when steps.step = 'record' and steps.operation = 'update' then steps.seen end as seen,
        steps.depends_on,
        sample.record_key is not null as in_sample
    from steps
    left join sample on steps.record_key = sample.record_key

)

select * from numbered

{# What `load plan` freezes: one row per write, in dependency order; the steps of a record
   stand together, so that a closed deal is never left standing open. #}
with verdicts as (

    select * from {{ ref('plan_verdicts') }}

),

records as (

    select
        record_key,
        payload,
        value_payload,
        outcome_payload,
        desired
    from {{ ref('records') }}

),

steps as (

    select * from {{ ref('plan_steps') }}

),

sample as (

    select record_key from {{ ref('plan_sample') }}

),

joined as (

    select
        steps.position,
        try_cast(steps.level as integer) as level,
        steps.record_key,
        steps.record_key || '/' || steps.step as operation_key,
        verdicts.source_object,
        verdicts.source_id,
        verdicts.kind,
        steps.step,
        steps.operation,
        verdicts.reason,
        case when steps.step_order = 0 then verdicts.bucket end as bucket,
        -- what is merged, blocked or left out is not registered as standing in Nutshell
        case
            when coalesce(verdicts.bucket, '') not in ('merged', 'blocked', 'excluded')
                then verdicts.known_id
        end as nutshell_id,
        verdicts.survivor_key,
        verdicts.cause_key,
        case
            when steps.step = 'value' then records.value_payload
            when steps.step = 'outcome' then records.outcome_payload
            when verdicts.bucket = 'created' then records.payload
            when verdicts.bucket = 'updated' and verdicts.kind = 'file' then records.payload
            when verdicts.bucket = 'updated' then verdicts.update_payload
        end as payload,
        -- what is ours once this step is done; of what was there before us, all of it
        case
            when steps.step = 'value' then '{"manualValue":' || records.value_payload || '}'
            when steps.step = 'outcome' then '{"outcome":' || records.outcome_payload || '}'
            when steps.step = 'record' and verdicts.bucket = 'created' then records.payload
            when steps.step = 'record' and verdicts.bucket = 'updated' and verdicts.has_ours
                then coalesce(ours_next.desired, records.payload)
            else records.desired
        end as desired,
        verdicts.desired_hash,
        case
            when steps.operation = 'update'
                then if(steps.step = 'record', verdicts.seen, steps_seen.seen)
        end as seen,
        verdicts.depends_on,
        sample.record_key is not null as in_sample
    from steps
    inner join verdicts on steps.record_key = verdicts.record_key
    inner join records on steps.record_key = records.record_key
    left join {{ ref('plan_ours_next') }} as ours_next
        on steps.record_key = ours_next.record_key
    left join {{ ref('plan_steps_seen') }} as steps_seen
        on steps.record_key = steps_seen.record_key and steps.step = steps_seen.step
    left join sample on steps.record_key = sample.record_key

),

hashed as (

    select
        *,
        md5(payload) as payload_hash
    from joined

)

select * from hashed

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
    from {{ ref('plan_records') }}

),

sample as (

    select record_key from {{ ref('plan_sample') }}

),

steps as (

    select
        record_key,
        level,
        case when kind = 'file' then 'file' else 'record' end as step,
        0 as step_order,
        case bucket
            when 'created' then 'create'
            -- a file is sent whole; of a record only its value or outcome may have changed
            when 'updated'
                then if(update_payload is null and kind <> 'file', 'skip', 'update')
            when 'blocked' then 'block'
            else 'skip'
        end as operation
    from verdicts
    union all
    select
        record_key,
        level,
        'value' as step,
        1 as step_order,
        case bucket when 'created' then 'create' else 'update' end as operation
    from verdicts
    where has_value and (bucket = 'created' or (bucket = 'updated' and writes_value))
    union all
    select
        record_key,
        level,
        'outcome' as step,
        2 as step_order,
        case bucket when 'created' then 'create' else 'update' end as operation
    from verdicts
    where has_outcome and (bucket = 'created' or (bucket = 'updated' and writes_outcome))

),

-- before the payloads come in: sorting is for keys alone
numbered as (

    select
        *,
        row_number() over (order by level, record_key, step_order) as position
    from steps

),

joined as (

    select
        numbered.position,
        cast(numbered.level as integer) as level,
        numbered.record_key,
        numbered.record_key || '/' || numbered.step as operation_key,
        verdicts.source_object,
        verdicts.source_id,
        verdicts.kind,
        numbered.step,
        numbered.operation,
        verdicts.reason,
        case when numbered.step_order = 0 then verdicts.bucket end as bucket,
        -- what is merged, blocked or left out is not registered as standing in Nutshell
        case
            when coalesce(verdicts.bucket, '') not in ('merged', 'blocked', 'excluded')
                then verdicts.known_id
        end as nutshell_id,
        verdicts.survivor_key,
        verdicts.cause_key,
        case
            when numbered.step = 'value' then records.value_payload
            when numbered.step = 'outcome' then records.outcome_payload
            when verdicts.bucket = 'created' then records.payload
            when verdicts.bucket = 'updated' and verdicts.kind = 'file' then records.payload
            when verdicts.bucket = 'updated' then verdicts.update_payload
        end as payload,
        -- what is ours once this step is done; of what was there before us, all of it
        case
            when numbered.step = 'value' then '{"manualValue":' || records.value_payload || '}'
            when numbered.step = 'outcome' then '{"outcome":' || records.outcome_payload || '}'
            when numbered.step = 'record' and verdicts.bucket = 'created' then records.payload
            when numbered.step = 'record' and verdicts.bucket = 'updated' and verdicts.has_ours
                then coalesce(ours_next.desired, records.payload)
            else records.desired
        end as desired,
        verdicts.desired_hash,
        case when numbered.step = 'record' and numbered.operation = 'update' then verdicts.seen end
            as seen,
        verdicts.depends_on,
        sample.record_key is not null as in_sample
    from numbered
    inner join verdicts on numbered.record_key = verdicts.record_key
    inner join records on numbered.record_key = records.record_key
    left join {{ ref('plan_ours_next') }} as ours_next
        on numbered.record_key = ours_next.record_key
    left join sample on numbered.record_key = sample.record_key

),

hashed as (

    select
        *,
        md5(payload) as payload_hash
    from joined

)

select * from hashed

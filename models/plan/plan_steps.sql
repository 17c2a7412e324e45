{# Which calls each record needs, and in which order: its own, then its value, then its closing. #}
with verdicts as (

    select * from {{ ref('plan_verdicts') }}

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

)

select * from numbered

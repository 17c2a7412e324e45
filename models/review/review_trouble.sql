{# Why a step of a record was not done: its last write failed, or the record waits. #}
with last_writes as (

    select
        record_key,
        step,
        status,
        concat_ws(': ', cause_class, cause) as cause
    from {{ ref('stg_audit__writes') }}
    where operation in ('create', 'update') and kind <> 'file'
    qualify row_number() over (partition by record_key, step order by write_id desc) = 1

),

failed as (

    select
        record_key,
        step,
        cause
    from last_writes
    where status in ('failed', 'in_doubt', 'conflict', 'blocked')

),

waiting as (

    select
        verdicts.record_key,
        unnest(['record', 'value', 'outcome']) as step,
        concat_ws(
            ' ',
            verdicts.reason || ':',
            reasons.description,
            '(' || nullif(verdicts.cause_key, verdicts.record_key) || ')'
        ) as cause
    from {{ ref('plan_verdicts') }} as verdicts
    inner join {{ ref('reasons') }} as reasons on verdicts.reason = reasons.reason
    where verdicts.bucket = 'blocked'

),

told as (

    select * from failed
    union all
    select * from waiting

),

gathered as (

    select
        record_key,
        step,
        string_agg(distinct cause, '; ' order by cause) as cause
    from told
    group by record_key, step

)

select * from gathered

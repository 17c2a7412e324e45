{# The audit, told by records: every write with its outcome, newest first. #}
with writes as (

    select * from {{ ref('stg_audit__writes') }}

),

runs as (

    select * from {{ ref('stg_audit__runs') }}

),

told as (

    select
        writes.write_id,
        writes.run_id,
        runs.command,
        runs.started_by,
        writes.record_key,
        writes.source_object,
        writes.source_id,
        writes.kind,
        writes.step,
        writes.operation,
        writes.method,
        writes.nutshell_id,
        records.html_url,
        writes.status,
        writes.cause_class,
        writes.cause,
        writes.intended_at,
        writes.settled_at,
        writes.reverses
    from writes
    left join runs on writes.run_id = runs.run_id
    left join {{ ref('stg_audit__records') }} as records on writes.record_key = records.record_key

)

select * from told

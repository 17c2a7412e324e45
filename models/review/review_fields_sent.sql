{# Which fields we have ever sent, for the records of which something differs now. #}
with differing as (

    select distinct record_key from {{ ref('plan_cells_compared') }}

),

payloads as (

    select
        writes.record_key,
        cast(writes.payload as json) as payload
    from {{ ref('stg_audit__writes') }} as writes
    semi join differing on writes.record_key = differing.record_key
    where
        writes.status = 'done'
        and writes.step = 'record'
        and writes.operation in ('create', 'update')
        and writes.payload is not null

),

sent as (

    select
        record_key,
        unnest(json_keys(payload)) as field
    from payloads
    union
    select
        record_key,
        'customFields.' || unnest(json_keys(payload, '$.customFields')) as field
    from payloads

)

select * from sent

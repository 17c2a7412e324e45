{# When we last sent each field, for the records of which something differs now. #}
with differing as (

    select distinct record_key from {{ ref('plan_cells_compared') }}

),

payloads as (

    select
        writes.record_key,
        writes.settled_at,
        try_cast(writes.payload as json) as payload
    from {{ ref('stg_audit__writes') }} as writes
    semi join differing on writes.record_key = differing.record_key
    where
        writes.status = 'done'
        and writes.step = 'record'
        and writes.operation in ('create', 'update')
        and writes.payload is not null

),

fields as (

    select
        record_key,
        settled_at,
        unnest(json_keys(payload)) as field
    from payloads
    union all
    select
        record_key,
        settled_at,
        'customFields.' || unnest(json_keys(payload, '$.customFields')) as field
    from payloads

),

sent as (

    select
        record_key,
        field,
        max(settled_at) as sent_at
    from fields
    group by record_key, field

)

select * from sent

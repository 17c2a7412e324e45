{#- What the plan will cost: it stands behind the plan, and is read with the preflight tables. -#}
{{ config(schema='preflight') }}

with operations as (

    select * from {{ ref('plan_operations') }}

),

definitions as (

    select * from {{ ref('preflight_definitions') }}

),

writes as (

    select * from {{ ref('stg_audit__writes') }}

),

call_names as (

    select * from {{ ref('write_calls') }}

),

observed as (

    -- calls a minute over what was loaded so far; null before the first load
    select
        count(*)
        / nullif(date_diff('second', min(intended_at), max(settled_at)) / 60.0, 0) as calls_a_minute
    from writes
    where status = 'done'

),

calls as (

    select
        call_names.method,
        call_names.is_write,
        count(*) as calls,
        count(*) filter (where operations.in_sample) as calls_in_sample,
        0 as bytes
    from operations
    inner join call_names
        on
            operations.kind = call_names.kind
            and operations.step = call_names.step
            and operations.operation = call_names.operation
    group by call_names.method, call_names.is_write
    union all
    -- copied to the host's folder: storage, no call
    select
        json_extract_string(payload, '$.route') || ' file' as method,
        json_extract_string(payload, '$.route') = 'upload' as is_write,
        if(json_extract_string(payload, '$.route') = 'upload', count(*), 0) as calls,
        if(
            json_extract_string(payload, '$.route') = 'upload',
            count(*) filter (where in_sample),
            0
        ) as calls_in_sample,
        sum(json_extract(payload, '$.size_bytes')::bigint) as bytes
    from operations
    where step = 'file' and operation = 'create'
    group by json_extract_string(payload, '$.route')
    union all
    select
        case definition_kind
            when 'custom_field' then 'POST customfield'
            when 'tag' then 'newTag'
            else 'newSource'
        end as method,
        true as is_write,
        count(*) as calls,
        -- what must stand before the first record does not wait for the rest
        count(*) as calls_in_sample,
        0 as bytes
    from definitions
    where state = 'missing' and create_via <> 'administrator'
    group by definition_kind

),

bill as (

    select
        -- text
        calls.method,
        -- numbers
        calls.calls::bigint as calls,
        calls.calls_in_sample::bigint as calls_in_sample,
        calls.bytes::bigint as bytes,
        round(calls.calls / observed.calls_a_minute, 1) as minutes,
        -- flags
        calls.is_write
    from calls
    cross join observed

)

select * from bill

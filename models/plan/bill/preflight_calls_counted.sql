with

operations as (select * from {{ ref('plan_operations') }}),

definitions as (select * from {{ ref('preflight_definitions') }}),

call_names as (select * from {{ ref('write_calls') }}),

files as (
    select
        in_sample,
        json_extract_string(payload, '$.route') as route,
        json_extract_string(payload, '$.hosted_name') as hosted_name,
        try_cast(json_extract(payload, '$.size_bytes') as bigint) as size_bytes
    from operations
    where step = 'file' and operation = 'create'
),

stored as (
    select
        *,
        -- hosted bytes lie under their own hash: a second file of the same bytes and name takes no
        -- room. Each upload does.
        route <> 'host' or row_number() over (partition by route, hosted_name) = 1 as takes_room
    from files
),

wanted as (
    select
        kind,
        step,
        operation,
        in_sample,
        0 as bytes
    from operations
    where step <> 'file'
    union all
    select
        'file' as kind,
        route as step,
        'create' as operation,
        in_sample,
        if(takes_room, size_bytes, 0) as bytes
    from stored
    union all
    select
        definition_kind as kind,
        'definition' as step,
        'create' as operation,
        -- what must stand before the first record does not wait for the rest
        true as in_sample,
        0 as bytes
    from definitions
    where state = 'missing' and create_via <> 'administrator'
),

counted as (
    select
        -- text
        call_names.method,

        -- numbers
        count(*) filter (where call_names.is_call) as calls,
        count(*) filter (where call_names.is_call and wanted.in_sample) as calls_in_sample,
        try_cast(sum(wanted.bytes) as bigint) as bytes,

        -- flags
        call_names.is_write
    from wanted
    inner join call_names
        on
            wanted.kind = call_names.kind
            and wanted.step = call_names.step
            and wanted.operation = call_names.operation
    group by all
)

select * from counted

with

before as (
    select * from {{ source('kept', 'records_before') }}
    where desired is not null
),

now as (
    select * from {{ ref('records') }}
    where desired is not null
),

-- fields are taken apart only where the whole differs
differing as (
    select
        coalesce(now.record_key, before.record_key) as record_key,
        coalesce(now.kind, before.kind) as kind,
        before.desired as desired_before,
        now.desired as desired_after,
        case
            when before.record_key is null then 'new'
            when now.record_key is null then 'gone'
            else 'changed'
        end as record_change
    from now
    full outer join before on now.record_key = before.record_key
    where now.desired_hash is distinct from before.desired_hash
),

sides as (
    unpivot differing
    on desired_before, desired_after
    into name side value desired
),

entries as (
    select
        * exclude (desired),
        unnest({{ json_entries('try_cast(desired as json)') }}) as entry
    from sides
),

custom_entries as (
    select
        * replace (unnest({{ json_entries('entry.value') }}) as entry)
    from entries
    where entry.key = 'customFields'
),

cells as (
    select
        * exclude (entry),
        entry.key as field,
        cast(entry.value as varchar) as value
    from entries
    where entry.key <> 'customFields'

    union all

    select
        * exclude (entry),
        'customFields.' || entry.key as field,
        cast(entry.value as varchar) as value
    from custom_entries
),

changed as (
    select
        record_key,
        kind,
        field,
        record_change,
        any_value(value) filter (where side = 'desired_before') as before,
        any_value(value) filter (where side = 'desired_after') as after
    from cells
    group by all
    having before is distinct from after
)

select * from changed

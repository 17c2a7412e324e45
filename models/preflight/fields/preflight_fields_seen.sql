with

entries as (select * from {{ ref('preflight_entries_counted') }}),

parts as (select * from {{ ref('preflight_parts_seen') }}),

by_type as (
    select
        object,
        field,
        is_custom,
        type_seen,
        sum(entries) as filled,
        sum(distinct_values) as distinct_values,
        max(longest) as longest
    from entries
    group by all
),

told_apart as (
    select
        * exclude (field),
        -- a custom field and a key beside it may have one name: they are two fields
        if(
            is_custom and not bool_and(is_custom) over (partition by object, field),
            field || ' (custom)', field
        ) as field
    from by_type
),

seen as (
    select
        -- ids
        object,
        field,

        -- text
        case
            when count(*) = 1 then min(type_seen)
            when bool_and(type_seen in ('integer', 'decimal')) then 'decimal'
            when bool_and(type_seen in ('date', 'datetime')) then 'datetime'
            else 'text'
        end as type_seen,
        string_agg(type_seen || ' ' || filled, ', ' order by filled desc, type_seen asc)
            as types_seen,

        -- numbers
        try_cast(sum(filled) as bigint) as filled,
        try_cast(least(sum(distinct_values), sum(filled)) as bigint) as distinct_values,
        try_cast(max(longest) as bigint) as longest,

        -- flags
        is_custom
    from told_apart
    group by object, field, is_custom
    union all
    select
        object,
        field,
        type_seen,
        types_seen,
        filled,
        null::bigint as distinct_values,
        null::bigint as longest,
        false as is_custom
    from parts
)

select * from seen

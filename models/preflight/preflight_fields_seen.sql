with

entries as (select * from {{ ref('preflight_entries') }}),

typed as (
    select
        object,
        field,
        is_custom,
        value ->> '$' as value,
        case json_type(value)
            when 'ARRAY' then 'list'
            when 'OBJECT' then 'object'
            when 'BOOLEAN' then 'boolean'
            when 'UBIGINT' then 'integer'
            when 'BIGINT' then 'integer'
            when 'DOUBLE' then 'decimal'
            else {{ type_of_text("value ->> '$'") }}
        end as type_seen
    from entries
),

by_type as (
    select
        object,
        field,
        is_custom,
        type_seen,
        count(*) as filled,
        approx_count_distinct(value) as distinct_values,
        max(length(value)) as longest
    from typed
    group by all
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
        sum(filled)::bigint as filled,
        least(sum(distinct_values), sum(filled))::bigint as distinct_values,
        max(longest)::bigint as longest,

        -- flags
        is_custom
    from by_type
    group by object, field, is_custom
)

select * from seen

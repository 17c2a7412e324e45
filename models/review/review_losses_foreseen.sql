{# What the practice's values lose on the way, as preflight foresaw it, in one list. #}
with cut as (

    select
        source_object,
        source_id,
        field as source_field,
        'cut_to_limit' as diff_class,
        becomes || '; whole it would have ' || characters as cause
    from {{ ref('preflight_long_values') }}
    where policy = 'truncate'

),

unfit as (

    select
        object as source_object,
        source_id,
        field as source_field,
        'not_carried' as diff_class,
        field || ': ' || finding as cause
    from {{ ref('preflight_invalid_values') }}
    -- of an id that came twice one record moves, whole
    where source_id is not null and field <> 'id'

),

orphans as (

    select
        source_object,
        source_id,
        link as source_field,
        'link_dropped' as diff_class,
        link || ' names ' || target_object || ':' || target_id || ': ' || finding as cause
    from {{ ref('preflight_orphans') }}
    where link is not null

),

foreseen as (

    select * from cut
    union all
    select * from unfit
    union all
    select * from orphans

)

select * from foreseen

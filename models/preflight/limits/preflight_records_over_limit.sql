with

planned_records as (select * from {{ ref('preflight_planned_records') }}),

limits_checked as (select * from {{ ref('preflight_limits') }}),

custom_fields as (select * from {{ ref('preflight_custom_fields') }}),

counted as (
    select
        *,
        row_number() over entity_so_far as nth,
        count_if(is_open) over entity_so_far as open_so_far
    from planned_records
    window entity_so_far as (
        partition by entity order by position
        rows between unbounded preceding and current row
    )
),

taking as (
    select
        'contacts' as limit_name,
        entity,
        record_key as item,
        nth as takes,
        false as is_open_for_a_moment
    from counted
    where entity = 'contacts'
    union all
    select
        'open_leads' as limit_name,
        entity,
        record_key as item,
        -- closed ones are open between their making and their closing, as many as are under way
        open_so_far
        + least(nth - open_so_far, try_cast({{ setting('records_at_once') }} as bigint)) as takes,
        not is_open as is_open_for_a_moment
    from counted
    where entity = 'leads'
    union all
    select
        'custom_fields' as limit_name,
        entity,
        name as item,
        position_among_new as takes,
        false as is_open_for_a_moment
    from custom_fields
    where position_among_new is not null
),

over_limit as (
    select
        -- ids
        taking.limit_name,
        taking.entity,
        taking.item,

        -- numbers
        limits_checked.used + taking.takes as would_be,
        limits_checked.max_value,

        -- flags
        taking.is_open_for_a_moment
    from taking
    inner join limits_checked
        on
            taking.limit_name = limits_checked.limit_name
            and taking.entity = limits_checked.entity
    where limits_checked.used + taking.takes > limits_checked.max_value
)

select * from over_limit

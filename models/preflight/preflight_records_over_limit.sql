with

planned_records as (select * from {{ ref('preflight_planned_records') }}),

limits_checked as (select * from {{ ref('preflight_limits') }}),

counted as (
    select
        if(entity = 'leads', 'open_leads', 'contacts') as limit_name,
        record_key,
        row_number() over (partition by entity order by record_key) as nth
    from planned_records
    where entity = 'contacts' or is_open
),

over_limit as (
    select
        -- ids
        counted.limit_name,
        counted.record_key,

        -- numbers
        counted.nth,
        limits_checked.max_value - limits_checked.used as room
    from counted
    inner join limits_checked on counted.limit_name = limits_checked.limit_name
    -- those that no longer have room
    where counted.nth > limits_checked.max_value - limits_checked.used
)

select * from over_limit

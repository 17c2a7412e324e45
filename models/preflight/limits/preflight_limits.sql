with

limits as (select * from {{ ref('limits') }}),

measured as (select * from {{ ref('preflight_limits_measured') }}),

checked as (
    select
        -- ids
        limits.limit_name,
        limits.entity,

        -- text
        limits.unit,
        limits.source,
        limits.note,
        case
            -- the rest fits: only what is open for a moment goes over it
            when
                limits.limit_name = 'open_leads'
                and measured.peak > limits.max_value
                and measured.used + measured.planned < limits.max_value
                then
                    'write ' || limits.max_value - measured.used - measured.planned
                    || ' or less into records_at_once in seeds/policies/settings.csv, or '
                    || limits.mend
            else limits.mend
        end as mend,

        -- numbers
        measured.used,
        measured.planned,
        measured.peak,
        limits.max_value,

        -- flags
        coalesce(measured.peak > limits.max_value, false) as is_over,
        limits.is_gate,

        -- times
        limits.as_of
    from limits
    left join measured
        on limits.limit_name = measured.limit_name and limits.entity = measured.entity
)

select * from checked

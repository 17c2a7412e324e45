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

        -- numbers
        measured.used,
        measured.planned,
        case
            when limits.limit_name = 'choices_per_field' then measured.planned_peak
            else measured.used + measured.planned_peak
        end as peak,
        limits.max_value,

        -- flags
        -- a text too long is cut or waits by itself, in preflight_long_values
        coalesce(
            peak > limits.max_value and limits.limit_name <> 'text_length', false
        ) as is_over,

        -- times
        limits.as_of
    from limits
    left join measured
        on limits.limit_name = measured.limit_name and limits.entity = measured.entity
)

select * from checked

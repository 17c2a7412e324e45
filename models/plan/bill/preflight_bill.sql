{# It stands behind the plan: what is frozen is what is billed. #}
with

calls_counted as (select * from {{ ref('preflight_calls_counted') }}),

rate_observed as (select * from {{ ref('preflight_rate_observed') }}),

bill as (
    select
        -- text
        calls_counted.method,

        -- numbers
        calls_counted.calls,
        calls_counted.calls_in_sample,
        calls_counted.bytes,
        -- the rate is one of writes: their reads took their time in it already
        if(
            calls_counted.is_write,
            round(calls_counted.calls / rate_observed.writes_a_minute, 1),
            null
        ) as minutes,

        -- flags
        calls_counted.is_write
    from calls_counted
    left join rate_observed on true
)

select * from bill

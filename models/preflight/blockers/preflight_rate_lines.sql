{{ config(materialized='ephemeral') }}

with

amounts as (
    select * from {{ ref('int_amounts_converted') }}
    where reason in ('rate_missing', 'rate_stale')
),

rates as (select * from {{ ref('int_rates_picked') }}),

lacking as (
    select
        amounts.source_object,
        amounts.source_id,
        amounts.stated_date,
        -- where the original's own rate is good, it is the account's currency that lacks one
        if(
            date_diff('day', rates.rate_date, amounts.stated_date)
            <= cast({{ setting('rate_max_age_days') }} as integer),
            amounts.account_currency,
            amounts.currency_original
        ) as currency
    from amounts
    left join rates
        on
            amounts.currency_original = rates.currency
            and amounts.stated_date = rates.stated_date
),

spans as (
    select
        currency,
        min(stated_date) as first_day,
        max(stated_date) as last_day
    from lacking
    group by currency
),

lines as (
    select
        lacking.source_object,
        lacking.source_id,
        'append to seeds/policies/rate_overrides.csv: ' || spans.currency || ',EUR,<'
        || spans.currency || ' for 1 EUR>,' || spans.first_day || ',' || spans.last_day
        || ',<who says so>,' as line
    from lacking
    inner join spans on lacking.currency = spans.currency
)

select * from lines

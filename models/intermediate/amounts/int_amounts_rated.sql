{# Each amount beside the rates of its day, across the euro. #}
with

amounts as (select * from {{ ref('int_amounts_dated') }}),

rates as (select * from {{ ref('int_rates_picked') }}),

currencies as (select * from {{ ref('currencies') }}),

settings as (select * from {{ ref('settings') }}),

policy as (
    select cast(max(value) filter (where name = 'rate_max_age_days') as integer) as max_age_days
    from settings
),

rated as (
    select
        amounts.*,
        policy.max_age_days,
        accounts.minor_units,
        currencies.code is not null as is_currency_known,
        -- nothing is nothing in every currency, and a dollar is a dollar
        coalesce(
            amounts.amount_original <> 0
            and amounts.currency_original <> amounts.currency_converted, false
        ) as needs_rate,
        sources.units_per_euro as source_units,
        targets.units_per_euro as target_units,
        -- least() would pass over a missing one
        if(
            sources.rate_date is null or targets.rate_date is null, null,
            least(sources.rate_date, targets.rate_date)
        ) as picked_date
    from amounts
    cross join policy
    left join currencies as accounts on amounts.currency_converted = accounts.code
    left join currencies on amounts.currency_original = currencies.code
    left join rates as sources
        on
            amounts.currency_original = sources.currency
            and amounts.stated_date = sources.stated_date
    left join rates as targets
        on
            amounts.currency_converted = targets.currency
            and amounts.stated_date = targets.stated_date
)

select * from rated

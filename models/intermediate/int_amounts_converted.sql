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
),

converted as (
    select
        *,
        -- across the euro, exactly, and rounded once, at the end
        case
            when needs_rate then try({{ divide_half_even(
                unscaled('amount_original') ~ ' * ' ~ unscaled('target_units')
                ~ ' * cast(power(10, minor_units) as hugeint)',
                unscaled('source_units') ~ ' * cast(100000000 as hugeint)'
            ) }})
            else try({{ divide_half_even(
                unscaled('amount_original') ~ ' * cast(power(10, minor_units) as hugeint)',
                'cast(100000000 as hugeint)'
            ) }})
        end as minor_amount,
        case
            when needs_rate then try({{ divide_half_even(
                unscaled('target_units') ~ ' * cast(1000000000000 as hugeint)',
                unscaled('source_units')
            ) }})
            when amount_original <> 0 then cast(1000000000000 as hugeint)
        end as rate_unscaled,
        -- an amount that can not be converted stops its record; one that is not there stops nothing
        case
            when is_unparsable then 'amount_unparsable'
            when amount_original is null or amount_original = 0 then null
            when currency_original is null then 'currency_missing'
            when not is_currency_known then 'currency_unknown'
            when needs_rate and picked_date is null then 'rate_missing'
            when needs_rate and date_diff('day', picked_date, stated_date) > max_age_days
                then 'rate_stale'
            when minor_amount is null then 'amount_out_of_range'
        end as reason
    from rated
),

scaled as (
    select
        -- ids
        source_object,
        source_id,

        -- text
        currency_original,
        currency_converted as account_currency,
        reason,
        rate_date_basis,

        -- numbers
        amount_original,
        if(reason is null, cast(rate_unscaled as decimal(26, 0)), null)
        * cast(0.000000000001 as decimal(12, 12)) as rate,
        if(
            reason is null,
            cast(try(minor_amount * cast(power(10, 4 - minor_units) as hugeint)) as decimal(28, 0)),
            null
        ) * cast(0.0001 as decimal(5, 4)) as amount_converted,
        minor_units,

        -- times
        stated_date,
        if(reason is null and needs_rate, picked_date, null) as rate_date
    from converted
),

written as (
    select
        *,
        if(amount_converted is null, null, account_currency) as currency_converted,
        {{ money_text('amount_converted', 'minor_units') }} as amount_text
    from scaled
)

select * from written

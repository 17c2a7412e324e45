with

rated as (select * from {{ ref('int_amounts_rated') }}),

converted as (
    select
        *,
        -- across the euro, exactly, and rounded once, at the end
        case
            when needs_rate then try({{ divide_half_even(
                unscaled('amount_original') ~ ' * ' ~ unscaled('target_units')
                ~ ' * try_cast(power(10, minor_units) as hugeint)',
                unscaled('source_units') ~ ' * cast(100000000 as hugeint)'
            ) }})
            else try({{ divide_half_even(
                unscaled('amount_original') ~ ' * try_cast(power(10, minor_units) as hugeint)',
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
        if(reason is null, try_cast(rate_unscaled as decimal(26, 0)), null)
        * cast(0.000000000001 as decimal(12, 12)) as rate,
        if(
            reason is null,
            try_cast(
                try(minor_amount * try_cast(power(10, 4 - minor_units) as hugeint))
                as decimal(28, 0)
            ),
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

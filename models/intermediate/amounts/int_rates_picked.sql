with

amounts as (select * from {{ ref('int_amounts_dated') }}),

rates as (select * from {{ ref('stg_rates__rates') }}),

overrides as (select * from {{ ref('rate_overrides') }}),

dates as (
    select distinct stated_date from amounts
    where amount_original <> 0 and stated_date is not null
),

currencies as (
    select currency_original as currency from amounts
    where amount_original <> 0
    union
    select currency_converted from amounts
    union
    select base_currency from overrides
),

asked as (
    select
        currencies.currency,
        dates.stated_date
    from currencies
    cross join dates
    where currencies.currency is not null
),

-- the day's rate, or the last one before it; one euro is one euro on every day
published as (
    select
        asked.currency,
        asked.stated_date,
        if(asked.currency = 'EUR', asked.stated_date, rates.rate_date) as rate_date,
        try_cast(if(asked.currency = 'EUR', 1, rates.rate) as decimal(18, 6)) as units_per_euro
    from asked
    asof left join rates
        on asked.currency = rates.currency and asked.stated_date >= rates.rate_date
),

-- an override wins over the published rate, and may be told in another currency than the euro
picked as (
    select
        -- ids
        published.currency,
        published.stated_date,

        -- numbers
        case
            when overrides.currency is null
                then try_cast(published.units_per_euro as decimal(36, 12))
            else overrides.units_per_base * bases.units_per_euro
        end as units_per_euro,

        -- flags
        overrides.currency is not null as is_override,

        -- times
        if(overrides.currency is null, published.rate_date, bases.rate_date) as rate_date
    from published
    left join overrides
        on
            published.currency = overrides.currency
            and published.stated_date between overrides.valid_from and overrides.valid_to
    left join published as bases
        on
            overrides.base_currency = bases.currency
            and published.stated_date = bases.stated_date
    -- the span that began last wins where two overlap
    qualify row_number() over (
        partition by published.currency, published.stated_date
        order by overrides.valid_from desc, overrides.valid_to asc
    ) = 1
)

select * from picked

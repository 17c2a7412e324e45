with

rates as (select * from {{ source('rates', 'rates') }}),

typed as (
    select
        -- ids
        upper(currency) as currency,
        rate_date,

        -- numbers
        {{ exact_decimal('rate', 28, 10) }} as rate,

        -- provenance
        _run_id,
        _extracted_at
    from rates
),

newest as (
    select *
    from typed
    where rate > 0
    -- a later file corrects an earlier one, day by day
    qualify row_number() over (partition by currency, rate_date order by _run_id desc) = 1
)

select * from newest

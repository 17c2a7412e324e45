with

deals as (select * from {{ ref('stg_visual_practice__deals') }}),

leads as (select * from {{ ref('stg_visual_practice__leads') }}),

outcomes as (select * from {{ ref('deal_outcome') }}),

settings as (select * from {{ ref('settings') }}),

policy as (
    select
        cast(max(value) filter (where name = 'cut_over_date') as date) as cut_over_date,
        max(value) filter (where name = 'rate_date_for_closed') as rate_date_for_closed,
        upper(trim(max(value) filter (where name = 'account_currency'))) as account_currency
    from settings
),

amounts as (
    select
        'deals' as source_object,
        deals.id as source_id,
        deals.amount,
        deals.currency,
        list_contains(deals._misfits, 'amount') as is_unparsable,
        lower(trim(coalesce(outcomes.target_value, 'Pending'))) <> 'pending' as is_closed,
        deals.closed_at
    from deals
    left join outcomes
        on coalesce(trim(deals.stage), '') = coalesce(trim(outcomes.source_value), '')
    union all by name
    select
        'leads' as source_object,
        id as source_id,
        estimated_value as amount,
        currency,
        list_contains(_misfits, 'estimated_value') as is_unparsable,
        false as is_closed,
        cast(null as timestamptz) as closed_at
    from leads
),

dated as (
    select
        -- ids
        amounts.source_object,
        amounts.source_id,

        -- text
        nullif(upper(trim(amounts.currency)), '') as currency_original,
        policy.account_currency as currency_converted,
        -- a closed deal is worth what it was on its day, an open one what it is at the cut-over
        case
            when amounts.is_closed and policy.rate_date_for_closed = 'closed_at'
                then if(amounts.closed_at is null, 'cut_over_no_closed_at', 'closed_at')
            else 'cut_over'
        end as rate_date_basis,

        -- numbers
        amounts.amount as amount_original,

        -- flags
        amounts.is_unparsable,

        -- times
        case rate_date_basis
            when 'closed_at' then {{ practice_day('amounts.closed_at') }}
            else policy.cut_over_date
        end as stated_date
    from amounts
    cross join policy
)

select * from dated

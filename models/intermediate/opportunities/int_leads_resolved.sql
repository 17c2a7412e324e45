with

leads as (select * from {{ ref('stg_visual_practice__leads') }}),

mapped as (
    select * from {{ ref('int_opportunities_mapped') }}
    where source_object = 'leads'
),

amounts as (
    select * from {{ ref('int_amounts_converted') }}
    where source_object = 'leads'
),

deals as (select * from {{ ref('int_deals_resolved') }}),

reasons as (select * from {{ ref('reasons') }}),

owners as (select * from {{ ref('int_owners_matched') }}),

fallback as (select * from {{ ref('int_fallback_owner') }}),

policy as (
    select * from {{ ref('objects') }}
    where object = 'leads'
),

-- a converted lead's deal stands for it, unless the deal is missing or does not move
standing_deals as (
    select
        deals.source_id,
        deals.target_key,
        coalesce(reasons.bucket = 'blocked', false) as is_blocked
    from deals
    left join reasons on deals.bucket_reason = reasons.reason
    where coalesce(reasons.bucket, '') <> 'excluded'
),

resolved as (
    select
        -- ids
        leads.id as source_id,
        if(
            standing_deals.source_id is not null and not leads.is_deleted,
            standing_deals.target_key, 'leads:' || leads.id
        ) as target_key,
        coalesce(owners.nutshell_user_id, fallback.nutshell_user_id) as nutshell_user_id,

        -- text
        -- a converted lead needs neither map nor rate of its own: its deal has both
        case
            when leads.is_deleted then 'deleted_in_source'
            when coalesce(policy.policy, '') <> 'migrate' then 'excluded_by_policy'
            when standing_deals.is_blocked then 'deal_blocked'
            when standing_deals.source_id is not null then 'converted_to_deal'
            when mapped.reason is not null then mapped.reason
            when amounts.reason is not null then amounts.reason
            when coalesce(owners.nutshell_user_id, fallback.nutshell_user_id) is null
                then 'owner_missing'
        end as bucket_reason
    from leads
    cross join fallback
    left join policy on true
    inner join mapped on leads.id = mapped.source_id
    inner join amounts on leads.id = amounts.source_id
    left join standing_deals on leads.converted_deal_id = standing_deals.source_id
    left join owners on leads.owner_id = owners.user_id
)

select * from resolved

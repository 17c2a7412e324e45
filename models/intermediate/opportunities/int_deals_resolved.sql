with

deals as (select * from {{ ref('stg_visual_practice__deals') }}),

mapped as (
    select * from {{ ref('int_opportunities_mapped') }}
    where source_object = 'deals'
),

amounts as (
    select * from {{ ref('int_amounts_converted') }}
    where source_object = 'deals'
),

owners as (select * from {{ ref('int_owners_matched') }}),

fallback as (select * from {{ ref('int_fallback_owner') }}),

policy as (
    select * from {{ ref('objects') }}
    where object = 'deals'
),

resolved as (
    select
        -- ids
        deals.id as source_id,
        'deals:' || deals.id as target_key,
        coalesce(owners.nutshell_user_id, fallback.nutshell_user_id) as nutshell_user_id,

        -- text
        -- what is gone or left out by policy does not move, whatever else is wrong with it; then
        -- what the map, the rates or the owners can not answer
        case
            when deals.is_deleted then 'deleted_in_source'
            when coalesce(policy.policy, '') <> 'migrate' then 'excluded_by_policy'
            when mapped.reason is not null then mapped.reason
            when amounts.reason is not null then amounts.reason
            when coalesce(owners.nutshell_user_id, fallback.nutshell_user_id) is null
                then 'owner_missing'
        end as bucket_reason
    from deals
    cross join fallback
    left join policy on true
    inner join mapped on deals.id = mapped.source_id
    inner join amounts on deals.id = amounts.source_id
    left join owners on deals.owner_id = owners.user_id
)

select * from resolved

with

organizations as (select * from {{ ref('stg_visual_practice__organizations') }}),

ranked as (select * from {{ ref('int_organizations_ranked') }}),

matched as (select * from {{ ref('int_organizations_matched') }}),

owners as (select * from {{ ref('int_owners_matched') }}),

fallback as (select nutshell_user_id as fallback_user_id from {{ ref('int_fallback_owner') }}),

policies as (
    select policy from {{ ref('objects') }}
    where object = 'organizations'
),

survivors as (
    select
        source_id,
        rank_in_cluster,
        -- a deleted one keeps its own key: what it left behind is found by that
        if(is_deleted, decided_id, heir_id) as survivor_id
    from {{ ref('int_organizations_merged') }}
),

resolved as (
    select
        -- ids
        organizations.id as source_id,
        coalesce(survivors.survivor_id, organizations.id) as survivor_id,
        'organizations:' || coalesce(survivors.survivor_id, organizations.id) as record_key,
        matched.nutshell_id,
        ranked.parent_id,
        coalesce(owners.nutshell_user_id, fallback.fallback_user_id) as owner_user_id,

        -- text
        matched.match,
        ranked.parent_problem,
        case
            when organizations.is_deleted then 'deleted_in_source'
            when coalesce(policies.policy, 'exclude') <> 'migrate' then 'excluded_by_policy'
            when survivors.survivor_id <> organizations.id then 'duplicate_of'
            when coalesce(owners.nutshell_user_id, fallback.fallback_user_id) is null
                then 'owner_missing'
        end as bucket_reason,

        -- numbers
        ranked.depth,
        coalesce(survivors.rank_in_cluster, 1) as rank_in_cluster
    from organizations
    cross join fallback
    left join policies on true
    left join ranked on organizations.id = ranked.source_id
    left join survivors on organizations.id = survivors.source_id
    left join matched on organizations.id = matched.source_id
    left join owners on organizations.owner_id = owners.user_id
)

select * from resolved

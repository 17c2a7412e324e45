with recursive

organizations as (select * from {{ ref('stg_visual_practice__organizations') }}),

ranked as (select * from {{ ref('int_organizations_ranked') }}),

matched as (select * from {{ ref('int_organizations_matched') }}),

owners as (select * from {{ ref('int_owners_matched') }}),

fallback as (select nutshell_user_id as fallback_user_id from {{ ref('int_fallback_owner') }}),

policies as (
    select policy from {{ ref('objects') }}
    where object = 'organizations'
),

decisions as (
    select
        duplicate_decisions.other_source_id as source_id,
        min(duplicate_decisions.source_id) as goes_into
    from {{ ref('duplicate_decisions') }} as duplicate_decisions
    inner join organizations as survivors on duplicate_decisions.source_id = survivors.id
    -- only a human's decision makes two organizations one; a deleted one can not stand for another
    where
        duplicate_decisions.object = 'organizations'
        and duplicate_decisions.decision = 'merge'
        and not survivors.is_deleted
    group by duplicate_decisions.other_source_id
),

followed (source_id, survivor_id, steps) as (
    select
        source_id,
        goes_into as survivor_id,
        1 as steps
    from decisions
    union all
    select
        followed.source_id,
        decisions.goes_into as survivor_id,
        followed.steps + 1 as steps
    from followed
    inner join decisions on followed.survivor_id = decisions.source_id
    where followed.steps < 20
),

survivors as (
    select
        source_id,
        arg_max(survivor_id, steps) as survivor_id
    from followed
    group by source_id
),

resolved as (
    select
        -- ids
        organizations.id as source_id,
        coalesce(survivors.survivor_id, organizations.id) as survivor_id,
        'organizations:' || coalesce(survivors.survivor_id, organizations.id) as record_key,
        matched.nutshell_id,
        coalesce(parents.survivor_id, ranked.parent_id) as parent_id,
        coalesce(owners.nutshell_user_id, fallback.fallback_user_id) as owner_user_id,

        -- text
        matched.match,
        ranked.parent_problem,
        case
            when organizations.is_deleted then 'deleted_in_source'
            when coalesce(policies.policy, 'exclude') <> 'migrate' then 'excluded_by_policy'
            -- two that are to go into each other both stay
            when survivors.survivor_id <> organizations.id then 'duplicate_of'
            when coalesce(owners.nutshell_user_id, fallback.fallback_user_id) is null
                then 'owner_missing'
        end as bucket_reason,

        -- numbers
        ranked.depth
    from organizations
    cross join fallback
    left join policies on true
    left join ranked on organizations.id = ranked.source_id
    left join survivors on organizations.id = survivors.source_id
    left join survivors as parents on ranked.parent_id = parents.source_id
    left join matched on organizations.id = matched.source_id
    left join owners on organizations.owner_id = owners.user_id
)

select * from resolved

with

people as (select * from {{ ref('stg_visual_practice__people') }}),

keyed as (select * from {{ ref('int_people_keyed') }}),

merged as (select * from {{ ref('int_people_merged') }}),

matched as (select * from {{ ref('int_people_matched') }}),

-- whoever of a cluster has a name names the contact
named as (
    select
        coalesce(merged.survivor_id, keyed.source_id) as survivor_id,
        bool_or(keyed.full_name is not null) as is_named
    from keyed
    left join merged on keyed.source_id = merged.source_id
    where not keyed.is_deleted
    group by coalesce(merged.survivor_id, keyed.source_id)
),

owners as (select * from {{ ref('int_owners_matched') }}),

fallback as (select nutshell_user_id as fallback_user_id from {{ ref('int_fallback_owner') }}),

policy as (
    select
        {{ setting('nameless_person') }} as nameless_person,
        (
            select max(policy) from {{ ref('objects') }}
            where object = 'people'
        ) as people_policy
),

resolved as (
    select
        -- ids
        people.id as source_id,
        coalesce(merged.survivor_id, people.id) as survivor_id,
        'people:' || coalesce(merged.survivor_id, people.id) as record_key,
        matched.nutshell_id,
        coalesce(owners.nutshell_user_id, fallback.fallback_user_id) as owner_user_id,

        -- text
        matched.match,
        case
            when people.is_deleted then 'deleted_in_source'
            when coalesce(policy.people_policy, 'exclude') <> 'migrate' then 'excluded_by_policy'
            when merged.survivor_id <> people.id then 'duplicate_of'
            -- by policy people without a name stay behind; else the e-mail names them
            when not named.is_named and policy.nameless_person = 'exclude'
                then 'excluded_by_policy'
            when coalesce(owners.nutshell_user_id, fallback.fallback_user_id) is null
                then 'owner_missing'
        end as bucket_reason,

        -- numbers
        coalesce(merged.rank_in_cluster, 1) as rank_in_cluster,
        coalesce(merged.cluster_size, 1) as cluster_size
    from people
    cross join fallback
    cross join policy
    left join named on people.id = named.survivor_id
    left join merged on people.id = merged.source_id
    left join matched on coalesce(merged.survivor_id, people.id) = matched.source_id
    left join owners on people.owner_id = owners.user_id
)

select * from resolved

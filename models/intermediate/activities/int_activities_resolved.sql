with

activities as (select * from {{ ref('stg_visual_practice__activities') }}),

types as (
    select
        *,
        true as is_mapped
    from {{ ref('activity_type') }}
),

nutshell_types as (select * from {{ ref('stg_nutshell__activity_types') }}),

owners as (select * from {{ ref('int_owners_matched') }}),

fallback as (select * from {{ ref('int_fallback_owner') }}),

policy as (
    select * from {{ ref('objects') }}
    where object = 'activities'
),

typed as (
    select
        types.source_value,
        types.target_value,
        types.is_mapped,
        min(nutshell_types.activity_type_id) as activity_type_id
    from types
    left join nutshell_types on lower(types.target_value) = lower(nutshell_types.name)
    group by all
),

resolved as (
    select
        -- ids
        activities.id as source_id,
        'activities:' || activities.id as record_key,
        typed.activity_type_id,
        coalesce(owners.nutshell_user_id, fallback.nutshell_user_id) as nutshell_user_id,

        -- text
        typed.target_value as activity_type,
        -- what is gone or left out by policy does not move; then what can not be answered
        case
            when activities.is_deleted then 'deleted_in_source'
            when coalesce(policy.policy, '') <> 'migrate' then 'excluded_by_policy'
            when typed.is_mapped is null then 'unmapped_value'
            when typed.activity_type_id is null then 'activity_type_missing'
            when activities.started_at is null and activities.created_at is null
                then 'time_missing'
            when coalesce(owners.nutshell_user_id, fallback.nutshell_user_id) is null
                then 'owner_missing'
        end as bucket_reason
    from activities
    cross join fallback
    left join policy on true
    left join typed
        on coalesce(trim(activities.type), '') = coalesce(trim(typed.source_value), '')
    left join owners on activities.owner_id = owners.user_id
)

select * from resolved

{{ config(materialized='ephemeral') }}

with

owners as (
    select * from {{ ref('preflight_owners') }}
    -- whom no record names asks nobody for an owner
    where records > 0
),

ownerless as (
    select
        'no_fallback_owner' as blocker_class,
        'users' as source_object,
        user_id as source_id,
        coalesce(email, user_id, '(no owner)') as subject,
        records || ' records have no valid owner' as detail,
        null::varchar as mend
    from owners
    -- no operation without a valid owner
    where nutshell_user_id is null
),

unconfirmed as (
    select
        'unconfirmed_map' as blocker_class,
        'users' as source_object,
        user_id as source_id,
        'owners: ' || email as subject,
        'proposed: ' || alias || ', for ' || records || ' records' as detail,
        null::varchar as mend
    from owners
    where alias is not null and not is_alias_confirmed
),

without_target as (
    select
        'missing_target' as blocker_class,
        'users' as source_object,
        user_id as source_id,
        'owners: ' || alias as subject,
        records || ' records of ' || email || ': ' || reason as detail,
        'have the administrator add or enable ' || alias || ' in Nutshell, or correct the line of '
        || email || ' in seeds/value_maps/owners.csv; then `extract nutshell` and build' as mend
    from owners
    -- the fallback user is for those of whom nobody has said who they are
    where alias is not null and is_fallback
),

blockers as (
    select * from ownerless
    union all
    select * from unconfirmed
    union all
    select * from without_target
)

select * from blockers

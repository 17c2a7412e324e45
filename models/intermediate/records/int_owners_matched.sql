with

users as (select * from {{ ref('stg_visual_practice__users') }}),

nutshell_users as (select * from {{ ref('stg_nutshell__users') }}),

fallback as (select * from {{ ref('int_fallback_owner') }}),

aliases as (select * from {{ ref('owners') }}),

wanted as (
    select
        users.id as user_id,
        users.name,
        users.email,
        users.active as is_active,
        users.is_deleted,
        lower(trim(users.email)) as email_key,
        -- a human's line in seeds/value_maps/owners.csv goes before the e-mail
        lower(trim(aliases.target_value)) as alias_key,
        trim(aliases.target_value) as alias,
        aliases.confirmed_by is not null as is_alias_confirmed
    from users
    left join aliases
        on
            lower(trim(users.email)) = lower(trim(aliases.source_value))
            and aliases.target_value is not null
),

addresses as (
    select
        nutshell_user_id,
        is_enabled,
        unnest(emails) as email_key,
        unnest(emails_written) as email_written
    from nutshell_users
),

found as (
    select
        wanted.*,
        addresses.nutshell_user_id as found_user_id,
        addresses.email_written,
        addresses.is_enabled
    from wanted
    left join addresses on coalesce(wanted.alias_key, wanted.email_key) = addresses.email_key
    -- where two users of Nutshell share an address, the enabled and older one
    qualify row_number() over (
        partition by wanted.user_id
        order by addresses.is_enabled desc nulls last, addresses.nutshell_user_id asc
    ) = 1
),

decided as (
    select
        -- ids
        found.user_id,
        -- records of a user that Nutshell lacks, or has disabled, go to the fallback user
        if(found.is_enabled, found.found_user_id, fallback.nutshell_user_id) as nutshell_user_id,
        found.found_user_id,

        -- text
        found.name,
        found.email,
        case
            when found.is_enabled and found.alias_key is not null then 'alias'
            when found.is_enabled and trim(found.email) = found.email_written then 'exact'
            when found.is_enabled then 'case'
            when found.found_user_id is not null and fallback.nutshell_user_id is not null
                then 'disabled'
            when fallback.nutshell_user_id is not null then 'fallback'
            else 'none'
        end as match,
        found.alias,

        -- flags
        found.is_active,
        found.is_deleted,
        found.is_enabled is not true as is_fallback,
        found.alias is not null and found.is_alias_confirmed as is_alias_confirmed,
        found.email_key is not null
        and count(*) over (partition by found.email_key) > 1 as is_email_shared
    from found
    cross join fallback
)

select * from decided

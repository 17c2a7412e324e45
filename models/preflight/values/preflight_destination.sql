with

live_fields as (select * from {{ ref('stg_nutshell__custom_fields') }}),

nutshell_users as (select * from {{ ref('stg_nutshell__users') }}),

destination as (
    select
        'custom_field' as kind,
        entity,
        name,
        nutshell_type as detail,
        choices,
        true as is_enabled
    from live_fields
    union all
    select
        'user' as kind,
        'users' as entity,
        name,
        emails[1] as detail,
        []::varchar[] as choices,
        is_enabled
    from nutshell_users
    where len(emails) > 0
)

select * from destination

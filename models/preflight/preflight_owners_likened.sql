with

users as (select * from {{ ref('stg_visual_practice__users') }}),

nutshell_users as (select * from {{ ref('stg_nutshell__users') }}),

likened as (
    select
        -- ids
        users.id as user_id,

        -- text
        nutshell_users.name as nutshell_name,
        nutshell_users.emails[1] as nutshell_email,

        -- numbers
        round(jaro_winkler_similarity(lower(users.name), lower(nutshell_users.name)), 2) as score,

        -- flags
        nutshell_users.is_enabled
    from users
    inner join nutshell_users
        on jaro_winkler_similarity(lower(users.name), lower(nutshell_users.name)) >= 0.85
    qualify row_number() over (
        partition by users.id order by score desc, nutshell_users.nutshell_user_id asc
    ) = 1
)

select * from likened

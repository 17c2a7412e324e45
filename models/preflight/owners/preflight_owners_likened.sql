with

users as (select * from {{ ref('stg_visual_practice__users') }}),

nutshell_users as (select * from {{ ref('stg_nutshell__users') }}),

likened as (
    select
        users.id as user_id,
        users.email,
        nutshell_users.emails[1] as nutshell_email,
        nutshell_users.name as nutshell_name,
        round(jaro_winkler_similarity(lower(users.name), lower(nutshell_users.name)), 2) as score,
        nutshell_users.is_enabled
    from users
    inner join nutshell_users
        on jaro_winkler_similarity(lower(users.name), lower(nutshell_users.name)) >= 0.85
    qualify row_number() over (
        partition by users.id order by score desc, nutshell_users.nutshell_user_id asc
    ) = 1
),

proposed as (
    select
        -- ids
        user_id,

        -- text
        nutshell_name,
        nutshell_email,
        -- nobody can own anything who may not sign in
        if(
            is_enabled,
            'append to seeds/value_maps/owners.csv: ' || {{ csv_cell('email') }} || ','
            -- as sure as `load propose` is of a name
            || {{ csv_cell('nutshell_email') }} || ',' || printf('%.2f', 0.95 * score)
            || ',the same person by name (' || score || '),,,',
            'enable them in Nutshell, or leave it to the fallback user'
        ) as proposal,

        -- numbers
        score,

        -- flags
        is_enabled
    from likened
)

select * from proposed

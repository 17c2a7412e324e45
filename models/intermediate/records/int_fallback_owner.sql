with

users as (select * from {{ ref('stg_nutshell__users') }}),

fallback as (
    select min(nutshell_user_id) as nutshell_user_id
    from users
    -- a disabled user can own nothing
    where is_enabled and list_contains(emails, lower(trim({{ setting('fallback_user_email') }})))
)

select * from fallback

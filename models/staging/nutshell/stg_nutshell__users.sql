with source as (

    {{ newest_nutshell_records('users') }}

),

renamed as (

    select
        -- ids
        id as nutshell_user_id,
        rev,
        -- text
        name,
        list_transform(
            coalesce(try_cast(_record::json -> 'emails' as varchar[]), []),
            lambda email: lower(trim(email))
        ) as emails,
        list_transform(
            coalesce(try_cast(_record::json -> 'emails' as varchar[]), []),
            lambda email: trim(email)
        ) as emails_written,
        -- flags
        coalesce(try_cast(_record::json ->> 'isEnabled' as boolean), true) as is_enabled,
        coalesce(try_cast(_record::json ->> 'isAdministrator' as boolean), false)
            as is_administrator,
        -- provenance
        _run_id,
        _extracted_at
    from source

)

select * from renamed

with source as (

    {{ newest_nutshell_records('contacts') }}

),

renamed as (

    select
        -- ids
        id as nutshell_id,
        rev,
        try_cast(_record::json -> 'owner' ->> 'id' as bigint) as owner_id,
        -- text
        coalesce(_record::json -> 'name' ->> 'displayName', name) as display_name,
        nullif(concat_ws(
            ' ',
            nullif(trim(_record::json -> 'name' ->> 'givenName'), ''),
            nullif(trim(_record::json -> 'name' ->> 'familyName'), '')
        ), '') as full_name,
        _record::json ->> 'description' as description,
        {{ labelled_values("_record::json -> 'email'") }} as emails,
        {{ labelled_values("_record::json -> 'phone'") }} as phones,
        {{ labelled_values("_record::json -> 'url'") }} as urls,
        {{ labelled_values("_record::json -> 'address'") }} as addresses,
        coalesce(try_cast(_record::json -> 'tags' as varchar[]), []) as tags,
        coalesce(_record::json -> 'customFields', '{}'::json) as custom_fields,
        _record::json ->> 'htmlUrl' as html_url,
        coalesce(_record::json -> 'accounts', '[]'::json) as accounts,
        -- flags
        coalesce(is_missing, false) or deleted_time is not null as is_gone,
        -- times
        try_cast(created_time as timestamptz) as created_at,
        try_cast(modified_time as timestamptz) as modified_at,
        try_cast(deleted_time as timestamptz) as deleted_at,
        -- provenance
        _record as record,
        _run_id,
        _extracted_at
    from source

)

select * from renamed

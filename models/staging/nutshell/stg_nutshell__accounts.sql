with source as (

    {{ newest_nutshell_records('accounts') }}

),

renamed as (

    select
        -- ids
        id as nutshell_id,
        rev,
        try_cast(_record::json -> 'owner' ->> 'id' as bigint) as owner_id,
        -- text
        name,
        _record::json ->> 'description' as description,
        {{ labelled_values("_record::json -> 'email'") }} as emails,
        {{ labelled_values("_record::json -> 'phone'") }} as phones,
        {{ labelled_values("_record::json -> 'url'") }} as urls,
        {{ labelled_values("_record::json -> 'address'") }} as addresses,
        coalesce(try_cast(_record::json -> 'tags' as varchar[]), []) as tags,
        coalesce(_record::json -> 'customFields', '{}'::json) as custom_fields,
        _record::json ->> 'htmlUrl' as html_url,
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

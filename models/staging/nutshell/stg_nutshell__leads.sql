with source as (

    {{ newest_nutshell_records('leads') }}

),

renamed as (

    select
        -- ids
        id as nutshell_id,
        rev,
        try_cast(_record::json -> 'assignee' ->> 'id' as bigint) as assignee_id,
        try_cast(_record::json -> 'primaryAccount' ->> 'id' as bigint) as primary_account_id,
        try_cast(_record::json -> 'stageset' ->> 'id' as bigint) as stageset_id,
        try_cast(_record::json -> 'milestone' ->> 'id' as bigint) as milestone_id,
        -- text
        _record::json ->> 'description' as description,
        coalesce(try_cast(_record::json -> 'tags' as varchar[]), []) as tags,
        coalesce(_record::json -> 'customFields', '{}'::json) as custom_fields,
        case
            when json_type(_record::json -> 'primaryAccount') = 'OBJECT'
                then json_array(_record::json -> 'primaryAccount')
        end as primary_account,
        coalesce(_record::json -> 'accounts', '[]'::json) as accounts,
        coalesce(_record::json -> 'contacts', '[]'::json) as contacts,
        coalesce(_record::json -> 'sources', '[]'::json) as sources,
        _record::json ->> 'htmlUrl' as html_url,
        -- numbers
        try_cast(_record::json ->> 'status' as integer) as status,
        try_cast(_record::json ->> 'confidence' as integer) as confidence,
        try_cast(_record::json -> 'value' ->> 'amount' as decimal(38, 6)) as value_amount,
        _record::json -> 'value' ->> 'currency' as value_currency,
        -- times
        try_cast(_record::json ->> 'dueTime' as timestamptz) as due_at,
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

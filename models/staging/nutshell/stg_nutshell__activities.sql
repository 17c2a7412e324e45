with source as (

    {{ newest_nutshell_records('activities') }}

),

renamed as (

    select
        -- ids
        id as nutshell_id,
        rev,
        try_cast(_record::json -> 'activityType' ->> 'id' as bigint) as activity_type_id,
        -- text
        _record::json ->> 'name' as name,
        _record::json ->> 'description' as description,
        coalesce(_record::json -> 'participants', '[]'::json) as participants,
        coalesce(_record::json -> 'leads', '[]'::json) as leads,
        -- numbers
        try_cast(_record::json ->> 'status' as integer) as status,
        coalesce(try_cast(_record::json ->> 'isAllDay' as boolean), false) as is_all_day,
        -- times
        try_cast(_record::json ->> 'startTime' as timestamptz) as start_at,
        try_cast(_record::json ->> 'endTime' as timestamptz) as end_at,
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

with source as (

    {{ newest_nutshell_records('milestones') }}

),

renamed as (

    select
        -- ids
        id as milestone_id,
        try_cast(_record::json ->> 'stagesetId' as bigint) as stageset_id,
        -- text
        name,
        -- numbers
        try_cast(_record::json ->> 'position' as integer) as position,
        -- provenance
        _run_id,
        _extracted_at
    from source

)

select * from renamed

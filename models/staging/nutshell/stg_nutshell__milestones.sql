with source as (

    {{ newest_nutshell_records('milestones') }}

),

renamed as (

    select
        -- ids
        id as milestone_id,
        (_record::json ->> 'stagesetId')::bigint as stageset_id,
        -- text
        name,
        -- numbers
        (_record::json ->> 'position')::integer as position,
        -- provenance
        _run_id,
        _extracted_at
    from source

)

select * from renamed

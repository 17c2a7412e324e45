with source as (

    {{ newest_nutshell_records('activity_types') }}

),

renamed as (

    select
        -- ids
        id as activity_type_id,
        -- text
        name,
        -- provenance
        _run_id,
        _extracted_at
    from source

)

select * from renamed

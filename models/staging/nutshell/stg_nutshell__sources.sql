with source as (

    {{ newest_nutshell_records('sources') }}

),

renamed as (

    select
        -- ids
        id as source_id,
        -- text
        name,
        -- provenance
        _run_id,
        _extracted_at
    from source

)

select * from renamed

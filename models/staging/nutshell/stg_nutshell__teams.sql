with source as (

    {{ newest_nutshell_records('teams') }}

),

renamed as (

    select
        -- ids
        id as team_id,
        -- text
        name,
        -- provenance
        _run_id,
        _extracted_at
    from source

)

select * from renamed

with source as (

    {{ newest_nutshell_records('stagesets') }}

),

renamed as (

    select
        -- ids
        id as stageset_id,
        -- text
        name,
        -- flags
        coalesce(try_cast(_record::json ->> 'default' as integer), 0) = 1 as is_default,
        -- provenance
        _run_id,
        _extracted_at
    from source

)

select * from renamed

with source as (

    {{ newest_nutshell_records('outcomes') }}

),

renamed as (

    select
        -- ids
        id as outcome_id,
        -- text
        name,
        -- numbers
        try_cast(_record::json ->> 'type' as integer) as status,
        -- provenance
        _run_id,
        _extracted_at
    from source

)

select * from renamed

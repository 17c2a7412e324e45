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
        (_record::json ->> 'type')::integer as status,
        -- provenance
        _run_id,
        _extracted_at
    from source

)

select * from renamed

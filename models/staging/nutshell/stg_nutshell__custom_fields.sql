with source as (

    {{ newest_nutshell_records('custom_fields', key='_record') }}

),

renamed as (

    select
        {{ custom_field_columns() }},
        -- provenance
        _run_id,
        _extracted_at
    from source

)

select * from renamed

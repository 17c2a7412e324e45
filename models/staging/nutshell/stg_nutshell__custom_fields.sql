with source as (

    {{ newest_nutshell_records('custom_fields', key='_record') }}

),

renamed as (

    select
        -- ids
        _record::json ->> 'entity' as entity,
        name,
        -- text
        _record::json ->> 'type' as nutshell_type,
        coalesce(try_cast(_record::json -> 'choices' as varchar[]), []) as choices,
        -- flags
        coalesce((_record::json ->> 'isMultiple')::boolean, false) as is_multiple,
        -- provenance
        _run_id,
        _extracted_at
    from source

)

select * from renamed

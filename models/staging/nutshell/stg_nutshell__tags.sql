with source as (

    {{ newest_version('nutshell', 'tags', key='_record') }}

),

renamed as (

    select
        -- text
        name,
        _record::json ->> 'entityType' as entity_type,
        -- provenance
        _run_id,
        _extracted_at
    from source

)

select * from renamed

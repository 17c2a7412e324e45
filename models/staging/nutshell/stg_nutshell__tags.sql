with source as (

    {{ newest_nutshell_records('tags', key='_record') }}

),

renamed as (

    select
        -- text
        name,
        -- a tag that calls itself one names what it is for beside
        coalesce(_record::json ->> 'tagType', _record::json ->> 'entityType') as entity_type,
        -- provenance
        _run_id,
        _extracted_at
    from source

)

select * from renamed

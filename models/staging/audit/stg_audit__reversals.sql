with source as (

    select * from {{ source('audit', 'reversals') }}

),

renamed as (

    select
        source_object || ':' || source_id as record_key,
        run_id,
        write_id,
        kind,
        source_object,
        source_id,
        nutshell_id,
        outcome,
        field,
        reason,
        changed_by,
        changed_at,
        settled_at
    from source

)

select * from renamed

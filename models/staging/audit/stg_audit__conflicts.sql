with source as (

    select * from {{ source('audit', 'conflicts') }}

),

renamed as (

    select
        source_object || ':' || source_id as record_key,
        run_id,
        operation_key,
        kind,
        source_object,
        source_id,
        nutshell_id,
        field,
        seen,
        now,
        planned,
        found_at
    from source

)

select * from renamed

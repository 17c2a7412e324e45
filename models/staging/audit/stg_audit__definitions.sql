with source as (

    select * from {{ source('audit', 'definitions') }}

),

renamed as (

    select
        definition_kind,
        entity,
        name,
        nutshell_id,
        created_by,
        run_id,
        created_at
    from source

)

select * from renamed

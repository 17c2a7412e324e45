with source as (

    select * from {{ source('audit', 'records') }}

),

renamed as (

    select
        source_object || ':' || source_id as record_key,
        kind,
        source_object,
        source_id,
        nutshell_id,
        html_url,
        state,
        desired,
        desired_hash,
        rev,
        run_id,
        plan_digest,
        updated_at
    from source

)

select * from renamed

with source as (

    select * from {{ source('audit', 'writes') }}

),

renamed as (

    select
        source_object || ':' || source_id as record_key,
        write_id,
        run_id,
        plan_digest,
        operation_key,
        kind,
        source_object,
        source_id,
        step,
        operation,
        method,
        nutshell_id,
        status,
        payload,
        payload_hash,
        desired_hash,
        before,
        rev_before,
        after,
        rev_after,
        cause_class,
        cause,
        intended_at,
        settled_at,
        reverses
    from source

)

select * from renamed

with source as (

    select * from {{ source('audit', 'runs') }}

),

renamed as (

    select
        run_id,
        command,
        plan_digest,
        started_by,
        started_at,
        finished_at,
        status,
        host,
        unattended
    from source

)

select * from renamed

with source as (

    select * from {{ source('audit', 'approvals') }}

),

renamed as (

    select
        approval_id,
        kind,
        plan_digest,
        mapping_digest,
        schema_digest,
        envelope,
        approved_by,
        approved_at,
        host,
        unattended
    from source

)

select * from renamed

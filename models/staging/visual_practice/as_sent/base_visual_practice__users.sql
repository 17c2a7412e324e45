with

landed as (
    {{ newest_practice_records('users') }}
),

newest as (
    {{ worded_flag('landed', 'active') }}
),

renamed as (
    select
        -- ids
        newest.id,
        nullif(newest.owner_id, '') as owner_id,

        -- text
        nullif(newest.name, '') as name,
        nullif(newest.email, '') as email,
        nullif(newest.role, '') as role,
        nullif(newest.custom_fields, '') as custom_fields,

        -- flags
        newest.active,

        {{ practice_record_columns() }}
    from newest
)

select * from renamed

with

landed as (
    {{ newest_practice_records('people') }}
),

newest as (
    {{ worded_primaries('landed') }}
),

renamed as (
    select
        -- ids
        newest.id,
        nullif(newest.owner_id, '') as owner_id,
        nullif(newest.organization_id, '') as organization_id,

        -- text
        nullif(newest.salutation, '') as salutation,
        nullif(newest.first_name, '') as first_name,
        nullif(newest.middle_name, '') as middle_name,
        nullif(newest.last_name, '') as last_name,
        nullif(newest.suffix, '') as suffix,
        nullif(newest.job_title, '') as job_title,
        nullif(newest.description, '') as description,
        nullif(newest.custom_fields, '') as custom_fields,

        -- lists
        coalesce(newest.tags, []) as tags,
        coalesce(newest.emails, []) as emails,
        coalesce(newest.phones, []) as phones,
        coalesce(newest.addresses, []) as addresses,

        -- times
        {{ practice_date('date_of_birth') }} as date_of_birth,

        {{ practice_record_columns([
            ('date_of_birth', practice_date('date_of_birth')),
        ]) }}
    from newest
)

select * from renamed

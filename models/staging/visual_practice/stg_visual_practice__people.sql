with

listings as (
    select * from {{ ref('stg_visual_practice__listings') }}
    where object = 'people'
),

newest as (
    {{ newest_practice_records('people') }}
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

        -- flags
        newest.is_vanished,
        nullif(newest.deleted_at, '') is not null or newest.is_vanished_for_good as is_deleted,

        -- times
        {{ parse_date('newest.date_of_birth') }} as date_of_birth,
        {{ parse_timestamp('newest.created_at', 'newest._zone') }} as created_at,
        {{ parse_timestamp('newest.modified_at', 'newest._zone') }} as modified_at,
        {{ parse_timestamp('newest.deleted_at', 'newest._zone') }} as deleted_at,

        -- provenance
        newest._record,
        {{ misfits([
            ('date_of_birth', parse_date('newest.date_of_birth')),
            ('created_at', parse_timestamp('newest.created_at', 'newest._zone')),
            ('modified_at', parse_timestamp('newest.modified_at', 'newest._zone')),
            ('deleted_at', parse_timestamp('newest.deleted_at', 'newest._zone')),
        ]) }} as _misfits,
        newest._locator,
        newest._run_id,
        newest._extracted_at
    from newest
)

select * from renamed

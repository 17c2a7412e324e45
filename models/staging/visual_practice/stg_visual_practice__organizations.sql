with

listings as (
    select * from {{ ref('stg_visual_practice__listings') }}
    where object = 'organizations'
),

newest as (
    {{ newest_practice_records('organizations') }}
),

renamed as (
    select
        -- ids
        newest.id,
        nullif(newest.owner_id, '') as owner_id,
        nullif(newest.parent_id, '') as parent_id,

        -- text
        nullif(newest.name, '') as name,
        nullif(newest.industry, '') as industry,
        nullif(newest.website, '') as website,
        nullif(newest.description, '') as description,
        nullif(newest.custom_fields, '') as custom_fields,

        -- lists
        coalesce(newest.tags, []) as tags,
        coalesce(newest.phones, []) as phones,
        coalesce(newest.emails, []) as emails,
        coalesce(newest.addresses, []) as addresses,

        -- numbers
        newest.employee_count,
        {{ parse_decimal('newest.annual_revenue') }} as annual_revenue,

        -- flags
        newest.is_vanished,
        nullif(newest.deleted_at, '') is not null or newest.is_vanished_for_good as is_deleted,

        -- times
        {{ parse_timestamp('newest.created_at', 'newest._zone') }} as created_at,
        {{ parse_timestamp('newest.modified_at', 'newest._zone') }} as modified_at,
        {{ parse_timestamp('newest.deleted_at', 'newest._zone') }} as deleted_at,

        -- provenance
        newest._record,
        {{ misfits([
            ('annual_revenue', parse_decimal('newest.annual_revenue')),
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

with

listings as (
    select * from {{ ref('stg_visual_practice__listings') }}
    where object = 'leads'
),

newest as (
    {{ newest_practice_records('leads') }}
),

renamed as (
    select
        -- ids
        newest.id,
        nullif(newest.owner_id, '') as owner_id,
        nullif(newest.person_id, '') as person_id,
        nullif(newest.organization_id, '') as organization_id,
        nullif(newest.converted_deal_id, '') as converted_deal_id,

        -- text
        nullif(newest.title, '') as title,
        nullif(newest.status, '') as status,
        nullif(newest.source, '') as source,
        nullif(newest.currency, '') as currency,
        nullif(newest.description, '') as description,
        nullif(newest.custom_fields, '') as custom_fields,

        -- lists
        coalesce(newest.tags, []) as tags,

        -- numbers
        {{ parse_decimal('newest.estimated_value') }} as estimated_value,

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
            ('estimated_value', parse_decimal('newest.estimated_value')),
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

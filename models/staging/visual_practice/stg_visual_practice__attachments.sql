with

listings as (
    select * from {{ ref('stg_visual_practice__listings') }}
    where object = 'attachments'
),

newest as (
    {{ newest_practice_records('attachments') }}
),

renamed as (
    select
        -- ids
        newest.id,
        nullif(newest.owner_id, '') as owner_id,
        nullif(newest.parent_id, '') as parent_id,

        -- text
        nullif(newest.file_name, '') as file_name,
        nullif(newest.content_type, '') as content_type,
        nullif(newest.sha256, '') as sha256,
        nullif(newest.kind, '') as kind,
        nullif(newest.parent_type, '') as parent_type,
        nullif(newest.custom_fields, '') as custom_fields,

        -- numbers
        newest.size_bytes,

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

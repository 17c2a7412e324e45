with

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

        {{ practice_record_columns() }}
    from newest
)

select * from renamed

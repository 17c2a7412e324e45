{# What the practice says of each file, beside what its bytes say. #}
with

attachments as (select * from {{ ref('stg_visual_practice__attachments') }}),

files as (select * from {{ ref('stg_visual_practice__files') }}),

limits as (select * from {{ ref('limits') }}),

file_types as (select * from {{ ref('file_types') }}),

size_limit as (
    select max(max_value) as max_bytes
    from limits
    where limit_name = 'file_size'
),

told as (
    select
        -- ids
        attachments.id as attachment_id,
        attachments.parent_type,
        attachments.parent_id,

        -- text
        attachments.kind,
        coalesce(files.status, 'not_fetched') as file_status,
        files.detected_type,
        file_types.mime_type as type_by_name,
        files.sha256,

        -- numbers
        coalesce(files.size_bytes, attachments.size_bytes) as size_bytes,

        -- flags
        coalesce(files.is_dicom, false) as is_dicom,
        attachments.sha256 is null as has_no_checksum,
        coalesce(
            coalesce(files.size_bytes, attachments.size_bytes) > size_limit.max_bytes, false
        ) as is_too_large
    from attachments
    cross join size_limit
    left join files on attachments.id = files.attachment_id
    left join file_types
        on
            lower(regexp_extract(attachments.file_name, '[.]([A-Za-z0-9]+)$', 1))
            = file_types.extension
    where not attachments.is_deleted
),

compared as (
    select
        *,
        -- what the bytes say counts; no name makes a DICOM image a photo
        is_dicom or coalesce(kind = 'clinical_image', false) as is_clinical,
        coalesce(
            if(is_dicom, 'application/dicom', detected_type) <> type_by_name, false
        ) as is_misnamed,
        if(
            sha256 is null,
            null,
            nullif(
                first_value(attachment_id) over (partition by sha256 order by attachment_id),
                attachment_id
            )
        ) as same_bytes_as
    from told
)

select * from compared

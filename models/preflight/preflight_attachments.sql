with

attachments as (select * from {{ ref('stg_visual_practice__attachments') }}),

files as (select * from {{ ref('stg_visual_practice__files') }}),

routed as (select * from {{ ref('int_attachments_routed') }}),

limits as (select * from {{ ref('limits') }}),

file_types as (select * from {{ ref('file_types') }}),

size_limit as (
    select max(max_value) as max_bytes
    from limits
    where limit_name = 'file_size'
),

told as (
    select
        attachments.id,
        attachments.file_name,
        attachments.kind,
        attachments.parent_type,
        attachments.parent_id,
        files.detected_type,
        files.sha256,
        file_types.mime_type as type_by_name,
        coalesce(files.size_bytes, attachments.size_bytes) as size_bytes,
        coalesce(files.is_dicom, false) as is_dicom,
        coalesce(files.status, 'not_fetched') as file_status,
        attachments.sha256 is null as has_no_checksum,
        coalesce(files.size_bytes, attachments.size_bytes) > size_limit.max_bytes as is_too_large
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
        coalesce(
            if(is_dicom, 'application/dicom', detected_type) <> type_by_name
            and (detected_type is not null or is_dicom),
            false
        ) as is_misnamed,
        first_value(id) over (partition by sha256 order by id) as first_with_bytes
    from told
),

judged as (
    select
        -- ids
        compared.id as attachment_id,
        compared.parent_type,
        compared.parent_id,
        if(
            compared.sha256 is not null and compared.first_with_bytes <> compared.id,
            compared.first_with_bytes,
            null
        )
            as same_bytes_as,

        -- text
        compared.kind,
        compared.file_status,
        compared.detected_type,
        compared.type_by_name,
        list_filter([
            if(compared.is_too_large, 'too large', null),
            if(compared.file_status in ('missing', 'not_fetched'), 'bytes missing', null),
            if(compared.file_status = 'checksum_mismatch', 'wrong checksum', null),
            if(compared.file_status = 'size_mismatch', 'wrong size', null),
            if(compared.has_no_checksum, 'no checksum to prove it by', null),
            if(compared.is_misnamed, 'type by bytes is not type by name', null),
            if(compared.is_dicom or compared.kind = 'clinical_image', 'clinical imaging', null),
            if(
                compared.sha256 is not null and compared.first_with_bytes <> compared.id,
                'same bytes as another',
                null
            ),
        ], lambda problem: problem is not null) as problems,  -- noqa: RF02
        routed.route,
        routed.reason,
        routed.bucket_reason,

        -- numbers
        compared.size_bytes,

        -- flags
        compared.is_dicom,
        compared.is_too_large,
        compared.is_misnamed
    from compared
    left join routed on compared.id = routed.source_id
)

select * from judged

with

compared as (select * from {{ ref('int_files_compared') }}),

routed as (select * from {{ ref('int_attachments_routed') }}),

judged as (
    select
        -- ids
        compared.attachment_id,
        compared.parent_type,
        compared.parent_id,
        compared.same_bytes_as,

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
            if(compared.is_clinical, 'clinical imaging', null),
            if(compared.same_bytes_as is not null, 'same bytes as another', null),
        ], lambda problem: problem is not null) as problems,  -- noqa: RF02
        routed.route,
        routed.reason,
        routed.bucket_reason,

        -- numbers
        compared.size_bytes,

        -- flags
        compared.is_dicom,
        compared.is_clinical,
        compared.is_too_large,
        compared.is_misnamed
    from compared
    left join routed on compared.attachment_id = routed.source_id
)

select * from judged

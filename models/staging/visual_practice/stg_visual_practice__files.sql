with

files as (select * from {{ source('visual_practice', 'files') }}),

newest as (
    select
        -- ids
        attachment_id,

        -- text
        status,
        sha256,
        detected_type,
        path,
        detail,

        -- numbers
        size_bytes,

        -- flags
        coalesce(is_dicom, false) as is_dicom,

        -- provenance
        _run_id,
        _extracted_at
    from files
    -- bytes that once arrived whole stay good when a later run did not get them
    qualify row_number() over (
        partition by attachment_id order by status = 'ok' desc, _run_id desc
    ) = 1
)

select * from newest

with

other_records as (select * from {{ ref('stg_visual_practice__other_records') }}),

objects as (select * from {{ ref('objects') }}),

fields_audited as (select * from {{ ref('preflight_fields') }}),

attachments as (select * from {{ ref('preflight_attachments') }}),

reasons as (select * from {{ ref('reasons') }}),

inventory as (
    select
        'record' as item_kind,
        other_records.object,
        other_records.id as item,
        coalesce(objects.policy, 'land_only') as policy,
        coalesce(objects.classification, 'unclassified') as classification,
        coalesce(objects.reason, 'no policy names it') as reason,
        1 as records,
        -- enough to rebuild it from; patients' data are counted, never shown
        case
            when coalesce(objects.classification, 'phi') <> 'phi' then other_records._record
        end as definition
    from other_records
    left join objects on other_records.object = objects.object
    where not other_records.is_deleted and objects.policy = 'inventory'
),

modules as (
    select
        'object' as item_kind,
        fields_audited.object,
        fields_audited.object as item,
        coalesce(fields_audited.object_policy, 'land_only') as policy,
        coalesce(any_value(objects.classification), 'unclassified') as classification,
        coalesce(any_value(objects.reason), 'no policy names it') as reason,
        max(fields_audited.records) as records,
        'fields: ' || string_agg(fields_audited.field, ', ' order by fields_audited.field)
            as definition
    from fields_audited
    left join objects on fields_audited.object = objects.object
    where coalesce(fields_audited.object_policy, 'land_only') in ('exclude', 'land_only')
    group by fields_audited.object, fields_audited.object_policy
),

fields_left as (
    select
        'field' as item_kind,
        object,
        field as item,
        coalesce(field_policy, 'leave_out') as policy,
        if(is_phi, 'phi', 'business') as classification,
        goes_to as reason,
        filled as records,
        type_declared as definition
    from fields_audited
    -- values that stay behind, field by field
    where object_policy = 'migrate' and goes_to like 'stays behind%' and filled > 0
),

devices as (
    select
        'imaging device' as item_kind,
        other_records.object,
        coalesce(
            json_extract_string(other_records._record, '$.manufacturer'), '(no manufacturer)'
        )
        || ' ' || coalesce(json_extract_string(other_records._record, '$.modality'), '') as item,
        'confirm' as policy,
        'business' as classification,
        'confirm with the practice where this device sends its images after the cut-over' as reason,
        count(*) as records,
        null::varchar as definition
    from other_records
    where not is_deleted and other_records.object = 'imaging_studies'
    group by all
),

files_left as (
    select
        'file' as item_kind,
        'attachments' as object,
        attachments.attachment_id as item,
        coalesce(reasons.bucket, 'exclude') as policy,
        if(
            attachments.is_dicom or attachments.kind = 'clinical_image', 'phi', 'business'
        ) as classification,
        coalesce(reasons.description, attachments.bucket_reason) as reason,
        1 as records,
        nullif(array_to_string(attachments.problems, ', '), '') as definition
    from attachments
    left join reasons on attachments.bucket_reason = reasons.reason
    where attachments.bucket_reason is not null and attachments.bucket_reason <> 'deleted_in_source'
),

not_migrating as (
    select * from inventory
    union all
    select * from modules
    union all
    select * from fields_left
    union all
    select * from devices
    union all
    select * from files_left
)

select * from not_migrating

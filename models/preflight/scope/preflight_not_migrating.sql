with

other_records as (select * from {{ ref('stg_visual_practice__other_records') }}),

objects as (select * from {{ ref('objects') }}),

left_objects as (select * from {{ ref('preflight_not_migrating_objects') }}),

fields_audited as (select * from {{ ref('preflight_fields') }}),

devices as (select * from {{ ref('preflight_devices') }}),

attachments as (select * from {{ ref('preflight_attachments') }}),

reasons as (select * from {{ ref('reasons') }}),

inventory as (
    select
        'record' as item_kind,
        other_records.object,
        other_records.id as item,
        objects.policy,
        coalesce(objects.classification, 'unclassified') as classification,
        objects.reason,
        1 as records,
        -- enough to rebuild it from; patients' data are counted, never shown
        if(objects.classification = 'phi', null, other_records._record) as definition,
        null::varchar as remark
    from other_records
    inner join objects on other_records.object = objects.object
    where not other_records.is_deleted and objects.policy = 'inventory'
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
        type_declared as definition,
        null::varchar as remark
    from fields_audited
    -- values that stay behind, field by field
    where object_policy = 'migrate' and goes_to like 'stays behind%' and filled > 0
),

devices_left as (
    select
        'imaging device' as item_kind,
        object,
        device as item,
        'confirm' as policy,
        'business' as classification,
        'confirm with the practice where this device sends its images after the cut-over' as reason,
        records,
        modalities as definition,
        if(is_confirmed, 'confirmed by ' || confirmed_by, 'to confirm: see preflight_devices')
            as remark
    from devices
),

files_left as (
    select
        'file' as item_kind,
        'attachments' as object,
        attachments.attachment_id as item,
        coalesce(reasons.bucket, 'exclude') as policy,
        if(attachments.is_clinical, 'phi', 'business') as classification,
        coalesce(reasons.description, attachments.bucket_reason) as reason,
        1 as records,
        nullif(array_to_string(attachments.problems, ', '), '') as definition,
        null::varchar as remark
    from attachments
    left join reasons on attachments.bucket_reason = reasons.reason
    where attachments.bucket_reason <> 'deleted_in_source'
)

{% for part in ['left_objects', 'inventory', 'fields_left', 'devices_left', 'files_left'] -%}
    select * from {{ part }}
    {{ 'union all' if not loop.last }}
{% endfor %}

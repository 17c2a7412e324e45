with

attachments as (select * from {{ ref('stg_visual_practice__attachments') }}),

routed as (select * from {{ ref('int_attachments_routed') }}),

shaped as (
    select
        -- ids
        'attachments' as source_object,
        routed.source_id,
        routed.record_key,
        'file' as kind,
        cast(null as bigint) as nutshell_id,
        cast(null as varchar) as survivor_key,
        attachments.owner_id,
        routed.parent_key,

        -- text
        routed.bucket_reason,
        routed.route,
        routed.reason as route_reason,
        routed.file_name,
        routed.detected_type,
        routed.sha256,
        routed.path,
        routed.hosted_name,
        routed.link,

        -- numbers
        0 as level_within,
        routed.size_bytes,

        -- flags
        routed.is_dicom,
        routed.is_over_limit,

        -- times
        attachments.created_at,
        attachments.modified_at,

        -- payloads
        '{}' as custom_fields,
        cast({{ without_nulls("
            json_object(
                'route', routed.route,
                'path', routed.path,
                'sha256', routed.sha256,
                'file_name', routed.file_name,
                'size_bytes', routed.size_bytes,
                'hosted_name', routed.hosted_name,
                'parent', json_object(
                    'entityType', routed.parent_entity,
                    'id', json_object('$ref', routed.parent_key)
                )
            )
        ") }} as varchar) as payload,
        if(routed.parent_key is null, [], [routed.parent_key]) as depends_on
    from routed
    inner join attachments on routed.source_id = attachments.id
)

select * from shaped

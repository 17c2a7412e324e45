{# The whole of what an attachment becomes: a file on its record, by the route that
   seeds/policies/attachment_routes.csv names. #}
with

routed as (select * from {{ ref('int_attachments_routed') }}),

mapped as (
    select
        -- plumbing, never sent
        'attachments' as source_object,
        source_id,
        record_key,
        'file' as kind,
        cast(null as bigint) as nutshell_id,
        cast(null as varchar) as survivor_key,
        bucket_reason,
        0 as level_within,
        reason as route_reason,
        detected_type,

        -- what is sent
        route as "route",
        path as "path",
        sha256 as "sha256",
        file_name as "file_name",
        size_bytes as "size_bytes",
        hosted_name as "hosted_name",
        parent_key as "parent"
    from routed
)

select * from mapped

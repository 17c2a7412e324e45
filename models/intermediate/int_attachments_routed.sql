with

attachments as (select * from {{ ref('stg_visual_practice__attachments') }}),

files as (select * from {{ ref('stg_visual_practice__files') }}),

routes as (select * from {{ ref('attachment_routes') }}),

targets as (select * from {{ ref('int_link_targets') }}),

policy as (
    select *
    from {{ ref('objects') }}
    where object = 'attachments'
),

limits as (
    select min(max_value) as max_bytes
    from {{ ref('limits') }}
    where limit_name = 'file_size'
),

received as (
    select
        attachments.*,
        coalesce(files.status, 'not_fetched') as file_status,
        files.sha256 as received_sha256,
        files.path,
        nullif(files.detected_type, '') as detected_type,
        coalesce(files.is_dicom, false) as is_dicom,
        coalesce(files.size_bytes, attachments.size_bytes) as bytes,
        coalesce(
            coalesce(files.size_bytes, attachments.size_bytes) > limits.max_bytes, false
        ) as is_over_limit,
        {{ attachment_host_url() }} as host_url
    from attachments
    cross join limits
    left join files on attachments.id = files.attachment_id
),

-- of the rules whose conditions all hold, the first decides
ruled as (
    select
        received.*,
        routes.priority,
        coalesce(routes.route, 'exclude') as rule_route,
        coalesce(routes.reason, 'excluded_by_policy') as rule_reason
    from received
    left join routes
        on
            (routes.file_status is null or received.file_status = routes.file_status)
            and (routes.is_dicom is null or received.is_dicom = routes.is_dicom)
            and (routes.kind is null or received.kind = routes.kind)
            and (routes.detected_type is null or received.detected_type like routes.detected_type)
            and (routes.over_limit is null or received.is_over_limit = routes.over_limit)
            and (routes.parent_type is null or received.parent_type = routes.parent_type)
    qualify row_number() over (partition by received.id order by routes.priority) = 1
),

decided as (
    select
        ruled.*,
        if(targets.is_linkable, targets.target_key, null) as parent_key,
        targets.entity_type as parent_entity,
        -- a file goes nowhere without its record; then the rules decide; a link needs a host
        case
            when ruled.is_deleted then 'deleted_in_source'
            when coalesce(policy.policy, '') <> 'migrate' then 'excluded_by_policy'
            when targets.source_key is null then 'parent_missing'
            when targets.is_gone then 'deleted_in_nutshell'
            when not targets.is_linkable then 'parent_excluded'
            when ruled.rule_route = 'exclude' then ruled.rule_reason
            when ruled.rule_route = 'host' and ruled.host_url = '' then 'host_url_missing'
        end as bucket_reason,
        ruled.received_sha256 || '/' || {{ safe_file_name('ruled.file_name') }} as hosted_name
    from ruled
    left join policy on true
    left join targets on ruled.parent_type || ':' || ruled.parent_id = targets.source_key
),

routed as (
    select
        -- ids
        id as source_id,
        'attachments:' || id as record_key,
        parent_key,
        parent_entity,

        -- text
        bucket_reason,
        rule_reason as reason,
        if(bucket_reason is null, rule_route, 'exclude') as route,
        file_name,
        kind,
        content_type,
        detected_type,
        file_status,
        received_sha256 as sha256,
        path,
        hosted_name,
        if(
            bucket_reason is null and rule_route = 'host',
            rtrim(host_url, '/') || '/' || hosted_name, null
        ) as link,

        -- numbers
        bytes as size_bytes,

        -- flags
        is_dicom,
        is_over_limit
    from decided
)

select * from routed

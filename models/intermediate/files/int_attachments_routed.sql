with

targets as (select * from {{ ref('int_link_targets') }}),

kinds as (select * from {{ ref('kinds') }}),

ruled as (
    select
        files.* exclude (rule_route),
        -- an account or a contact takes no files: theirs stay links
        if(files.rule_route = 'upload' and not kinds.takes_files, 'host', files.rule_route)
            as rule_route,
        {{ attachment_host_url() }} as host_url
    from {{ ref('int_attachments_ruled') }} as files
    left join targets on files.parent_type || ':' || files.parent_id = targets.source_key
    left join kinds on targets.entity_type = kinds.entity_type
),

policy as (
    select *
    from {{ ref('objects') }}
    where object = 'attachments'
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
        {{ safe_file_name('ruled.file_name') }} as safe_name,
        ruled.received_sha256 || '/' || safe_name as hosted_name
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
            rtrim(host_url, '/') || '/' || received_sha256 || '/' || url_encode(safe_name), null
        ) as link,

        -- numbers
        bytes as size_bytes,

        -- flags
        is_dicom,
        is_over_limit
    from decided
)

select * from routed

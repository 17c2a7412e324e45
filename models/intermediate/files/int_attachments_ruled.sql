{# Which rule of seeds/policies/attachment_routes.csv decides about each file. #}
with

attachments as (select * from {{ ref('stg_visual_practice__attachments') }}),

files as (select * from {{ ref('stg_visual_practice__files') }}),

compared as (select * from {{ ref('int_files_compared') }}),

routes as (select * from {{ ref('attachment_routes') }}),

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
        list_filter([
            if(compared.is_misnamed, 'misnamed', null),
            if(compared.same_bytes_as is not null, 'duplicate', null),
            if(compared.has_no_checksum, 'no_checksum', null)
        ], lambda problem: problem is not null) as problems  -- noqa: RF02
    from attachments
    cross join limits
    left join files on attachments.id = files.attachment_id
    left join compared on attachments.id = compared.attachment_id
),

-- of the rules whose conditions all hold one that names the file decides, else the first
ruled as (
    select
        received.*,
        routes.priority,
        coalesce(routes.route, 'exclude') as rule_route,
        coalesce(routes.reason, 'excluded_by_policy') as rule_reason
    from received
    left join routes
        on
            (routes.attachment_id is null or received.id = routes.attachment_id)
            and (routes.problem is null or list_contains(received.problems, routes.problem))
            and (routes.file_status is null or received.file_status = routes.file_status)
            and (routes.is_dicom is null or received.is_dicom = routes.is_dicom)
            and (routes.kind is null or received.kind = routes.kind)
            and (routes.detected_type is null or received.detected_type like routes.detected_type)
            and (routes.over_limit is null or received.is_over_limit = routes.over_limit)
            and (routes.parent_type is null or received.parent_type = routes.parent_type)
    qualify row_number() over (
        partition by received.id
        order by routes.attachment_id is null, routes.priority
    ) = 1
)

select * from ruled

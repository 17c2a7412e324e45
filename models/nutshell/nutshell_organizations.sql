{# The whole of what an organization becomes: a Nutshell account. #}
with

resolved as (select * from {{ ref('int_organizations_resolved') }}),

united as (select * from {{ ref('int_organizations_united') }}),

points as (
    select * from {{ ref('int_contact_points_packed') }}
    where source_object = 'organizations'
),

defaults as (select * from {{ ref('int_defaults_packed') }}),

files as (select * from {{ ref('int_files_linked') }}),

-- what was in Nutshell before us gets no tag of ours
standing as (select * from {{ ref('stg_audit__records') }}),

parents as (select * from {{ ref('int_parents_placed') }}),

policy as (select {{ setting('nameless_label') }} as nameless_label),

mapped as (
    select
        -- plumbing, never sent
        'organizations' as source_object,
        resolved.source_id,
        'organizations:' || resolved.source_id as record_key,
        'account' as kind,
        resolved.nutshell_id,
        if(resolved.bucket_reason = 'duplicate_of', resolved.record_key, null) as survivor_key,
        resolved.bucket_reason,
        resolved.depth as level_within,

        -- what is sent
        {{ within_limit('coalesce(united.name, policy.nameless_label)', 'text_length') }} as "name",
        'Users:' || resolved.owner_user_id as "owner",
        {{ within_limit('united.description', 'long_text_length') }} as "description",
        points.emails as "email",
        points.phones as "phone",
        points.addresses as "address",
        -- its own website first, and once
        list_transform(
            list_concat(coalesce(united.websites, []), coalesce(list_filter(
                points.urls,
                lambda link: not list_contains(coalesce(united.website_keys, []), lower(link))
            ), [])),
            lambda link: {{ web_url('link') }}
        ) as "url",
        {{ clean_tags('list_concat(united.tags, ' ~ import_tag(is_made_by_us()) ~ ')') }}
            as "tags",
        -- fields of the practice's own; where they say nothing, the defaults
        {{ laid_over(['defaults.default_fields', 'united.custom_fields']) }} as "customFields",
        {{ record_marker('resolved.record_key') }} as "customFields.Visual Practice ID",
        {{ practice_day('united.created_at') }} as "customFields.Visual Practice created",
        {{ practice_instant('united.created_at') }} as "customFields.Visual Practice created at",
        {{ practice_day('united.modified_at') }} as "customFields.Visual Practice modified",
        {{ practice_instant('united.modified_at') }} as "customFields.Visual Practice modified at",
        files.files_text as "customFields.Files",
        parents.parent_name as "customFields.Parent organization",
        parents.parent_key as "customFields.Parent link"
    from resolved
    cross join policy
    left join united on resolved.source_id = united.source_id
    left join parents on resolved.source_id = parents.source_id
    left join points on resolved.source_id = points.source_id
    left join defaults on 'organizations:' || resolved.source_id = defaults.record_key
    left join files on resolved.record_key = files.record_key
    left join standing on 'organizations:' || resolved.source_id = standing.record_key
)

select * from mapped

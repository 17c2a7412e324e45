{# The whole of what a person becomes: a Nutshell contact. Twins stand in their survivor. #}
with

resolved as (select * from {{ ref('int_people_resolved') }}),

united as (select * from {{ ref('int_people_united') }}),

names as (select * from {{ ref('int_people_named') }}),

points as (
    select * from {{ ref('int_contact_points_packed') }}
    where source_object = 'people'
),

defaults as (select * from {{ ref('int_defaults_packed') }}),

files as (select * from {{ ref('int_files_linked') }}),

-- what was in Nutshell before us gets no tag of ours
standing as (select * from {{ ref('stg_audit__records') }}),

mapped as (
    select
        -- plumbing, never sent
        'people' as source_object,
        resolved.source_id,
        'people:' || resolved.source_id as record_key,
        'contact' as kind,
        resolved.nutshell_id,
        if(resolved.bucket_reason = 'duplicate_of', resolved.record_key, null) as survivor_key,
        resolved.bucket_reason,
        0 as level_within,

        -- what is sent
        struct_pack(
            salutation := names.salutation,
            "givenName" := names.given_name,
            "familyName" := names.family_name,
            "displayName" := names.display_name
        ) as "name",
        'Users:' || resolved.owner_user_id as "owner",
        {{ within_limit('united.description', 'long_text_length') }} as "description",
        points.emails as "email",
        points.phones as "phone",
        points.addresses as "address",
        list_transform(points.urls, lambda link: {{ web_url('link') }}) as "url",
        united.accounts as "accounts",
        {{ clean_tags('list_concat(united.tags, ' ~ import_tag(is_made_by_us()) ~ ')') }} as "tags",
        -- fields of the practice's own, the survivor's over its twins'; else the defaults
        {{ laid_over(['defaults.default_fields', 'united.custom_fields']) }} as "customFields",
        {{ record_marker("'people:' || resolved.source_id") }}
            as "customFields.Visual Practice ID",
        {{ practice_day('united.created_at') }} as "customFields.Visual Practice created",
        {{ practice_instant('united.created_at') }} as "customFields.Visual Practice created at",
        {{ practice_day('united.modified_at') }} as "customFields.Visual Practice modified",
        {{ practice_instant('united.modified_at') }} as "customFields.Visual Practice modified at",
        files.files_text as "customFields.Files"
    from resolved
    inner join names on resolved.source_id = names.source_id
    left join united on resolved.source_id = united.source_id
    left join points on resolved.source_id = points.source_id
    left join defaults on 'people:' || resolved.source_id = defaults.record_key
    left join standing on 'people:' || resolved.source_id = standing.record_key
    left join files on 'people:' || resolved.source_id = files.record_key
)

select * from mapped

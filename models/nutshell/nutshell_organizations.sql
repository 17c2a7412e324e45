with

organizations as (select * from {{ ref('stg_visual_practice__organizations') }}),

resolved as (select * from {{ ref('int_organizations_resolved') }}),

names as (select * from {{ ref('int_organizations_keyed') }}),

points as (
    select * from {{ ref('int_contact_points_packed') }}
    where source_object = 'organizations'
),

packed as (
    select * from {{ ref('int_custom_fields_packed') }}
    where source_object = 'organizations'
),

defaults as (select * from {{ ref('int_defaults_packed') }}),

files as (select * from {{ ref('int_files_linked') }}),

parents as (select * from {{ ref('int_parents_placed') }}),

policy as (select {{ setting('nameless_label') }} as nameless_label),

mapped as (
    select
        -- ids
        'organizations' as source_object,
        resolved.source_id,
        'organizations:' || resolved.source_id as record_key,
        'account' as kind,
        resolved.nutshell_id,
        if(resolved.bucket_reason = 'duplicate_of', resolved.record_key, null) as survivor_key,
        resolved.owner_user_id,
        parents.parent_key,

        -- text
        resolved.bucket_reason,
        {{ within_limit('coalesce(names.name, policy.nameless_label)', 'text_length') }} as name,
        {{ within_limit(clean_text('organizations.description'), 'long_text_length') }}
            as description,
        points.emails,
        points.phones,
        points.addresses,
        list_concat(if(names.website is null, [], [names.website]), coalesce(list_filter(
            points.urls, lambda link: lower(link) is distinct from lower(names.website)
        ), [])) as urls,
        list_sort(list_distinct(list_filter(
            list_transform(organizations.tags, lambda tag: trim(tag)), lambda tag: tag <> ''
        ))) as tags,
        {{ record_custom_fields(
            'resolved.record_key', 'organizations',
            "coalesce(packed.custom_fields, '{}')", "coalesce(parents.parent_fields, '{}')"
        ) }} as custom_fields,

        -- numbers
        resolved.depth as level_within,

        -- times
        organizations.created_at,
        organizations.modified_at
    from resolved
    cross join policy
    inner join organizations on resolved.source_id = organizations.id
    inner join names on resolved.source_id = names.source_id
    left join parents on resolved.source_id = parents.source_id
    left join points on resolved.source_id = points.source_id
    left join packed on resolved.source_id = packed.source_id
    left join defaults on 'organizations:' || resolved.source_id = defaults.record_key
    left join files on resolved.record_key = files.record_key
),

shaped as (
    select
        *,
        if(parent_key is null, [], [parent_key]) as depends_on,
        case when bucket_reason is null then {{ drop_empty('''struct_pack(
            name := name,
            owner := if(owner_user_id is null, null,
                struct_pack("entityType" := \'Users\', id := owner_user_id)),
            description := description,
            email := emails,
            phone := cast(phones as json),
            address := cast(addresses as json),
            url := urls,
            tags := tags,
            "customFields" := cast(custom_fields as json)
        )''') }} end as payload
    from mapped
)

select * from shaped

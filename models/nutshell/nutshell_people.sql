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

mapped as (
    select
        -- ids
        'people' as source_object,
        resolved.source_id,
        'people:' || resolved.source_id as record_key,
        'contact' as kind,
        resolved.nutshell_id,
        if(resolved.bucket_reason = 'duplicate_of', resolved.record_key, null) as survivor_key,
        resolved.owner_user_id,
        list_sort(list_distinct(
            coalesce(list_transform(united.links, lambda link: link.record_key), [])
        )) as account_keys,

        -- text
        resolved.bucket_reason,
        names.salutation,
        names.given_name,
        names.family_name,
        names.display_name,
        {{ within_limit('united.description', 'long_text_length') }} as description,
        points.emails,
        points.phones,
        points.addresses,
        points.urls,
        list_filter(
            list_transform(united.tags, lambda tag: trim(tag)), lambda tag: tag <> ''
        ) as tags,
        {{ record_custom_fields(
            "'people:' || resolved.source_id", 'united', merged_json('united.field_sets')
        ) }} as custom_fields,

        -- numbers
        0 as level_within,

        -- times
        united.created_at,
        united.modified_at,

        -- for the payload alone
        names.name_json,
        united.links
    from resolved
    inner join names on resolved.source_id = names.source_id
    left join united on resolved.source_id = united.source_id
    left join points on resolved.source_id = points.source_id
    left join defaults on 'people:' || resolved.source_id = defaults.record_key
    left join files on 'people:' || resolved.source_id = files.record_key
),

shaped as (
    select
        * exclude (name_json, links),
        account_keys as depends_on,
        case when bucket_reason is null then {{ drop_empty('''struct_pack(
            name := cast(name_json as json),
            owner := if(owner_user_id is null, null,
                struct_pack("entityType" := \'Users\', id := owner_user_id)),
            description := description,
            email := emails,
            phone := cast(phones as json),
            address := cast(addresses as json),
            url := urls,
            accounts := list_transform(account_keys, lambda account_key: json_merge_patch(
                json_object(\'id\', json_object(\'$ref\', account_key)),
                -- merging drops the job title where there is none
                json_object(\'relationship\', list_filter(
                    links, lambda link: link.record_key = account_key
                )[1].job_title)
            )),
            tags := tags,
            "customFields" := cast(custom_fields as json)
        )''') }} end as payload
    from mapped
)

select * from shaped

with

resolved as (select * from {{ ref('int_people_resolved') }}),

united as (select * from {{ ref('int_people_united') }}),

points as (
    select * from {{ ref('int_contact_points_packed') }}
    where source_object = 'people'
),

defaults as (select * from {{ ref('int_defaults_packed') }}),

files as (select * from {{ ref('int_files_linked') }}),

policy as (select {{ setting('nameless_label') }} as nameless_label),

mapped as (
    select
        resolved.source_id,
        resolved.bucket_reason,
        resolved.nutshell_id,
        if(resolved.bucket_reason = 'duplicate_of', resolved.record_key, null) as survivor_key,
        resolved.owner_user_id,
        united.salutation,
        nullif(concat_ws(
            ' ', {{ within_limit('united.first_name', 'text_length') }}, united.middle_name
        ), '') as given_name,
        nullif(concat_ws(
            ' ', {{ within_limit('united.last_name', 'text_length') }}, united.suffix
        ), '') as family_name,
        -- who has no name is called by the address, who has neither by the label of the settings
        coalesce(
            nullif(concat_ws(
                ' ', united.first_name, united.middle_name, united.last_name, united.suffix
            ), ''),
            united.first_email,
            policy.nameless_label
        ) as display_name,
        {{ within_limit('united.description', 'long_text_length') }} as description,
        points.emails,
        points.phones,
        points.addresses,
        points.urls,
        list_filter(
            list_transform(united.tags, lambda tag: trim(tag)), lambda tag: tag <> ''
        ) as tags,
        list_distinct(coalesce(list_transform(united.links, lambda link: link.record_key), []))
            as account_keys,
        united.links,
        {{ merged_json('united.field_sets') }} as own_fields, -- noqa: PRS
        coalesce(defaults.default_fields, '{}') as default_fields,
        files.files_text,
        united.created_at,
        united.modified_at
    from resolved
    cross join policy
    left join united on resolved.source_id = united.source_id
    left join points on resolved.source_id = points.source_id
    left join defaults on 'people:' || resolved.source_id = defaults.record_key
    left join files on 'people:' || resolved.source_id = files.record_key
),

fielded as (
    select
        *,
        {{ drop_empty('''struct_pack(
            salutation := salutation,
            "givenName" := given_name,
            "familyName" := family_name,
            "displayName" := display_name
        )''') }} as name_parts,
        list_transform(list_sort(account_keys), lambda account_key: json_merge_patch(
            json_object('id', json_object('$ref', account_key)),
            -- merging drops the job title where there is none
            json_object('relationship', list_filter(
                links, lambda link: link.record_key = account_key
            )[1].job_title)
        )) as accounts,
        cast(json_merge_patch(default_fields, own_fields, {{ drop_empty('''struct_pack(
            "Visual Practice ID" := \'people:\' || source_id,
            "Visual Practice created" := strftime(created_at, \'%Y-%m-%d\'),
            "Visual Practice modified" := strftime(modified_at, \'%Y-%m-%d\'),
            "Files" := files_text
        )''') }}) as varchar) as custom_fields
    from mapped
),

shaped as (
    select
        -- ids
        'people' as source_object,
        source_id,
        'people:' || source_id as record_key,
        'contact' as kind,
        nutshell_id,
        survivor_key,
        owner_user_id,
        list_sort(account_keys) as account_keys,

        -- text
        bucket_reason,
        salutation,
        given_name,
        family_name,
        display_name,
        description,
        emails,
        phones,
        addresses,
        urls,
        tags,
        custom_fields,
        case when bucket_reason is null then {{ drop_empty('''struct_pack(
            name := cast(name_parts as json),
            owner := if(owner_user_id is null, null,
                struct_pack("entityType" := \'Users\', id := owner_user_id)),
            description := description,
            email := emails,
            phone := cast(phones as json),
            address := cast(addresses as json),
            url := urls,
            accounts := list_transform(accounts, lambda account: cast(account as json)),
            tags := tags,
            "customFields" := cast(custom_fields as json)
        )''') }} end as payload,
        list_sort(account_keys) as depends_on,

        -- numbers
        0 as level_within,

        -- times
        created_at,
        modified_at
    from fielded
)

select * from shaped

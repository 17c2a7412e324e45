{# One contact from all twins: the survivor's values, blanks filled from the others in order. #}
with

people as (select * from {{ ref('stg_visual_practice__people') }}),

keyed as (select * from {{ ref('int_people_keyed') }}),

resolved as (select * from {{ ref('int_people_resolved') }}),

targets as (
    select * from {{ ref('int_link_targets') }}
    where source_object = 'organizations'
),

packed as (
    select * from {{ ref('int_custom_fields_packed') }}
    where source_object = 'people'
),

members as (
    select
        resolved.survivor_id as source_id,
        resolved.rank_in_cluster as member,
        keyed.salutation,
        keyed.first_name,
        keyed.middle_name,
        keyed.last_name,
        keyed.suffix,
        keyed.first_email,
        {{ within_limit(clean_line('people.job_title'), 'text_length') }} as job_title,
        {{ clean_text('people.description') }} as description,
        people.tags,
        people.created_at,
        people.modified_at,
        if(targets.is_linkable, targets.target_key, null) as organization_key,
        packed.custom_fields
    from resolved
    inner join people on resolved.source_id = people.id
    inner join keyed on resolved.source_id = keyed.source_id
    left join targets on 'organizations:' || people.organization_id = targets.source_key
    left join packed on resolved.source_id = packed.source_id
    -- twins stand together only while they are not deleted
    where resolved.bucket_reason is distinct from 'deleted_in_source'
),

united as (
    select
        source_id,
        {% for column in ['salutation', 'first_name', 'middle_name', 'last_name', 'suffix',
            'first_email', 'description', 'job_title'] -%}
            min_by({{ column }}, member) filter (where {{ column }} is not null) as {{ column }},
        {% endfor -%}
        min(created_at) as created_at,
        max(modified_at) as modified_at,
        list_sort(list_distinct(flatten(list(tags)))) as tags,
        -- what anybody is called there goes before nothing
        list(
            struct_pack(record_key := organization_key, job_title := job_title)
            order by job_title is null, member
        ) filter (where organization_key is not null) as links,
        list(try_cast(custom_fields as json) order by member desc)
        filter (where custom_fields is not null) as field_sets
    from members
    group by source_id
),

-- each account once, with the title that the survivor has there
employed as (
    select
        * exclude (links, field_sets),
        {{ merged_json('field_sets') }} as custom_fields, -- noqa: PRS
        list_transform(
            list_sort(list_distinct(list_transform(links, lambda link: link.record_key))),
            lambda account_key: struct_pack(
                reference := account_key,
                -- a title without an organization is one of the only account that there is
                relationship := coalesce(
                    list_filter(links, lambda link: link.record_key = account_key)[1].job_title,
                    if(
                        list_unique(list_transform(links, lambda link: link.record_key)) = 1,
                        job_title, null
                    )
                )
            )
        ) as accounts
    from united
)

select * from employed

{# One account from all that a human has merged: the survivor's values, blanks filled from the
   others in order, lists united; as int_people_united does it. #}
with

organizations as (select * from {{ ref('stg_visual_practice__organizations') }}),

keyed as (select * from {{ ref('int_organizations_keyed') }}),

resolved as (select * from {{ ref('int_organizations_resolved') }}),

packed as (
    select * from {{ ref('int_custom_fields_packed') }}
    where source_object = 'organizations'
),

members as (
    select
        resolved.survivor_id as source_id,
        resolved.rank_in_cluster as member,
        keyed.name,
        keyed.website,
        {{ clean_text('organizations.description') }} as description,
        organizations.tags,
        organizations.created_at,
        organizations.modified_at,
        packed.custom_fields
    from resolved
    inner join organizations on resolved.source_id = organizations.id
    inner join keyed on resolved.source_id = keyed.source_id
    left join packed on resolved.source_id = packed.source_id
    -- they stand together only while they are not deleted
    where resolved.bucket_reason is distinct from 'deleted_in_source'
),

-- a website that two of them have is one
sited as (
    select
        *,
        min(member) over (partition by source_id, lower(website)) = member as is_first_of_site
    from members
),

gathered as (
    select
        -- ids
        source_id,

        -- text
        min_by(name, member) filter (where name is not null) as name,
        min_by(description, member) filter (where description is not null) as description,

        -- lists
        list(website order by member)
        filter (where website is not null and is_first_of_site) as websites,
        list_distinct(list(lower(website)) filter (where website is not null)) as website_keys,
        list_sort(list_distinct(flatten(list(tags)))) as tags,
        list(try_cast(custom_fields as json) order by member desc)
        filter (where custom_fields is not null) as field_sets,

        -- times
        min(created_at) as created_at,
        max(modified_at) as modified_at
    from sited
    group by source_id
),

united as (
    select
        * exclude (field_sets),
        {{ merged_json('field_sets') }} as custom_fields -- noqa: PRS
    from gathered
)

select * from united

{# No parent field can be written in Nutshell: the hierarchy goes into fields that settings name. #}
with

resolved as (select * from {{ ref('int_organizations_resolved') }}),

names as (select * from {{ ref('int_organizations_united') }}),

policy as (
    select
        nullif({{ setting('parent_name_field') }}, 'none') as name_field,
        nullif({{ setting('parent_link_field') }}, 'none') as link_field
),

placed as (
    select
        resolved.source_id,
        -- what a link leads to must be there first
        if(policy.link_field is null, null, parents.record_key) as parent_key,
        if(policy.name_field is null, null, names.name) as parent_name
    from resolved
    cross join policy
    inner join resolved as parents on resolved.parent_id = parents.source_id
    inner join names on resolved.parent_id = names.source_id
)

select * from placed

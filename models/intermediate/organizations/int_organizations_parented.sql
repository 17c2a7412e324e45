with

organizations as (select * from {{ ref('stg_visual_practice__organizations') }}),

-- who lives on for one that the practice deleted after a human had merged them
heirs as (
    select
        source_id,
        heir_id
    from {{ ref('int_organizations_merged') }}
    where is_deleted and heir_id is not null
),

parented as (
    select
        organizations.id as source_id,
        organizations.parent_id as stated_parent_id,
        organizations.created_at,
        -- a parent that does not exist, or was deleted without an heir, is nobody's parent
        if(
            parents.is_deleted is false, parents.id, nullif(heirs.heir_id, organizations.id)
        ) as parent_id,
        if(heirs.heir_id is null, parents.is_deleted, false) as is_parent_deleted
    from organizations
    left join organizations as parents on organizations.parent_id = parents.id
    left join heirs on organizations.parent_id = heirs.source_id
)

select * from parented

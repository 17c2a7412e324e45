{# Who stands above whom once what a human has merged is one: of the organizations of an account the
   first that names a parent outside of it says which. #}
with

organizations as (select * from {{ ref('stg_visual_practice__organizations') }}),

merged as (select * from {{ ref('int_organizations_merged') }}),

-- each in whom it stands; one that is deleted without an heir stands in nobody
standing as (
    select
        organizations.id as source_id,
        organizations.is_deleted,
        organizations.created_at,
        organizations.parent_id as stated_parent_id,
        coalesce(merged.heir_id, if(organizations.is_deleted, null, organizations.id)) as heir_id,
        coalesce(merged.rank_in_cluster, 1) as rank_in_cluster
    from organizations
    left join merged on organizations.id = merged.source_id
),

stated as (
    select
        standing.*,
        -- its own parent is a circle, and told as one; what both went into is not
        if(
            standing.stated_parent_id = standing.source_id, standing.source_id,
            nullif(parents.heir_id, coalesce(standing.heir_id, standing.source_id))
        ) as parent_id,
        if(parents.heir_id is null, parents.is_deleted, false) as is_parent_deleted
    from standing
    left join standing as parents on standing.stated_parent_id = parents.source_id
),

-- what the practice has deleted says nothing for those that live on
given as (
    select
        heir_id as source_id,
        min_by(parent_id, rank_in_cluster) filter (where parent_id is not null) as parent_id
    from stated
    where not is_deleted
    group by heir_id
),

parented as (
    select
        -- ids
        stated.source_id,
        stated.stated_parent_id,
        -- what went into another is nobody's parent or child any more
        case
            when stated.is_deleted then stated.parent_id
            when stated.heir_id = stated.source_id then given.parent_id
        end as parent_id,

        -- flags
        stated.is_parent_deleted,

        -- times
        stated.created_at
    from stated
    left join given on stated.source_id = given.source_id
)

select * from parented

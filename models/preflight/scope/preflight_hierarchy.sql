with

organizations as (select * from {{ ref('stg_visual_practice__organizations') }}),

resolved as (select * from {{ ref('int_organizations_resolved') }}),

parents as (
    select
        organizations.id as source_id,
        organizations.parent_id as parent_asked,
        resolved.parent_id as parent_kept,
        resolved.depth,
        coalesce(resolved.bucket_reason = 'duplicate_of', false) as is_merged,
        organizations.parent_id <> organizations.id
        and coalesce(resolved.record_key = standing.record_key, false) as is_same_account,
        above.id is not null as parent_exists,
        coalesce(above.is_deleted, false) as parent_is_deleted
    from organizations
    inner join resolved on organizations.id = resolved.source_id
    left join organizations as above on organizations.parent_id = above.id
    left join resolved as standing on organizations.parent_id = standing.source_id
    where organizations.parent_id is not null and not organizations.is_deleted
),

judged as (
    select
        -- ids
        source_id,
        parent_asked,
        parent_kept,

        -- text
        case
            when parent_kept is not null then 'kept'
            when not parent_exists then 'orphan: the parent does not exist'
            when parent_is_deleted then 'orphan: the parent was deleted'
            when is_same_account then 'merged with its parent'
            when is_merged then 'merged: the parent of the one that stands for it counts'
            else 'broken: the link closes a circle'
        end as finding,
        case
            when parent_kept is null and not (is_merged or is_same_account)
                then 'mend the parent at the source, or let it stay a top organization'
        end as mend,

        -- numbers
        depth
    from parents
)

select * from judged

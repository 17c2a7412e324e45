{# Depth by walking down from the roots: only rows with a parent are ever walked. #}
with recursive

links as (select * from {{ ref('int_organizations_parented') }}),

climbing (source_id, ancestor_id, steps) as (
    select
        source_id,
        parent_id as ancestor_id,
        1 as steps
    from links
    where parent_id is not null
    union all
    select
        climbing.source_id,
        links.parent_id as ancestor_id,
        climbing.steps + 1 as steps
    from climbing
    inner join links on climbing.ancestor_id = links.source_id
    where
        links.parent_id is not null
        -- a circle ends where it began; no practice is deeper than this
        and climbing.ancestor_id <> climbing.source_id
        and climbing.steps < 100
),

circled as (
    select source_id
    from climbing
    where ancestor_id = source_id
    group by source_id
),

circles as (
    select
        circled.source_id,
        min(climbing.ancestor_id) as circle_id
    from circled
    inner join climbing on circled.source_id = climbing.source_id
    group by circled.source_id
),

dropped as (
    select circles.source_id
    from circles
    inner join links on circles.source_id = links.source_id
    -- the newest of a circle loses its parent: the older hierarchy is the more likely one
    qualify row_number() over (
        partition by circles.circle_id
        order by links.created_at desc nulls last, links.source_id desc
    ) = 1
),

kept as (
    select
        links.* replace (if(dropped.source_id is null, links.parent_id, null) as parent_id),
        dropped.source_id is not null as is_cycle_broken
    from links
    left join dropped on links.source_id = dropped.source_id
),

walked (source_id, depth) as (
    select
        kept.source_id,
        1 as depth
    from kept
    left join kept as parents on kept.parent_id = parents.source_id
    where kept.parent_id is not null and parents.parent_id is null
    union all
    select
        kept.source_id,
        walked.depth + 1 as depth
    from walked
    inner join kept on walked.source_id = kept.parent_id
),

ranked as (
    select
        kept.source_id,
        kept.stated_parent_id,
        kept.parent_id,
        coalesce(walked.depth, 0) as depth,
        case
            when kept.is_cycle_broken then 'cycle_broken'
            when kept.stated_parent_id is not null and kept.is_parent_deleted then 'parent_deleted'
            when kept.stated_parent_id is not null and kept.is_parent_deleted is null
                then 'parent_missing'
        end as parent_problem
    from kept
    left join walked on kept.source_id = walked.source_id
)

select * from ranked

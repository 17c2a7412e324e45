{# Only a human's decision makes two organizations one. Where the practice deletes the one that
   stands, the group lives on in whom the decisions put nearest to it: in the same account. #}
with recursive

organizations as (select * from {{ ref('stg_visual_practice__organizations') }}),

decisions as (
    select
        duplicate_decisions.other_source_id as source_id,
        min(duplicate_decisions.source_id) as goes_into
    from {{ ref('duplicate_decisions') }} as duplicate_decisions
    inner join organizations as survivors on duplicate_decisions.source_id = survivors.id
    where duplicate_decisions.object = 'organizations' and duplicate_decisions.decision = 'merge'
    group by duplicate_decisions.other_source_id
),

followed (source_id, decided_id, steps) as (
    select
        source_id,
        goes_into as decided_id,
        1 as steps
    from decisions
    union all
    select
        followed.source_id,
        decisions.goes_into as decided_id,
        followed.steps + 1 as steps
    from followed
    inner join decisions on followed.decided_id = decisions.source_id
    -- those that are to go into each other all stay: a circle ends where it began
    where followed.decided_id <> followed.source_id and followed.steps < 20
),

ends as (
    select
        source_id,
        arg_max(decided_id, steps) as decided_id,
        max(steps) as steps
    from followed
    group by source_id
),

members as (
    select * from ends
    union all
    select distinct
        ends.decided_id as source_id,
        ends.decided_id,
        0 as steps
    from ends
    left join decisions on ends.decided_id = decisions.source_id
    where decisions.source_id is null
),

merged as (
    select
        members.source_id,
        members.decided_id,
        organizations.is_deleted,
        first_value(if(organizations.is_deleted, null, members.source_id) ignore nulls) over (
            partition by members.decided_id order by members.steps, members.source_id
            rows between unbounded preceding and unbounded following
        ) as heir_id,
        -- the heir is the first
        row_number() over (
            partition by members.decided_id
            order by organizations.is_deleted, members.steps, members.source_id
        ) as rank_in_cluster
    from members
    inner join organizations on members.source_id = organizations.id
)

select * from merged

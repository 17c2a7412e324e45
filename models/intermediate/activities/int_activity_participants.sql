with

activities as (select * from {{ ref('stg_visual_practice__activities') }}),

targets as (select * from {{ ref('int_link_targets') }}),

links as (
    select
        id as source_id,
        'people:' || unnest(person_ids) as linked_key,
        unnest(range(1, len(person_ids) + 1)) as position
    from activities
    union all
    select
        id as source_id,
        'organizations:' || organization_id as linked_key,
        1001 as position
    from activities
    where organization_id is not null
    union all
    select
        id as source_id,
        'deals:' || deal_id as linked_key,
        1002 as position
    from activities
    where deal_id is not null
    union all
    select
        id as source_id,
        'leads:' || lead_id as linked_key,
        1003 as position
    from activities
    where lead_id is not null
),

linked as (
    select
        -- ids
        links.source_id,
        links.linked_key,
        -- only what moves, or waits to, can be linked; the rest is listed in the trailer
        if(targets.is_linkable, targets.target_key, null) as target_key,

        -- text
        targets.entity_type,
        case
            when targets.source_key is null then 'parent_missing'
            when targets.is_gone then 'deleted_in_nutshell'
            when not targets.is_linkable then 'parent_excluded'
        end as reason,

        -- numbers
        links.position
    from links
    left join targets on links.linked_key = targets.source_key
    where links.linked_key not like '%:'
),

-- twins merged into one contact, or a lead and its deal, take part once
participants as (
    select *
    from linked
    qualify row_number() over (
        partition by source_id, coalesce(target_key, linked_key) order by position
    ) = 1
)

select * from participants

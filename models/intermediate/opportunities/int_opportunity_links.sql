with

deals as (select * from {{ ref('stg_visual_practice__deals') }}),

leads as (select * from {{ ref('stg_visual_practice__leads') }}),

resolved as (select * from {{ ref('int_leads_resolved') }}),

targets as (select * from {{ ref('int_link_targets') }}),

-- a converted lead's organization and person come after its deal's own
links as (
    select
        'deals:' || id as record_key,
        'organizations:' || organization_id as linked_key,
        0 as position
    from deals
    where organization_id is not null
    union all
    select
        'deals:' || id as record_key,
        'people:' || unnest(person_ids) as linked_key,
        unnest(range(1, len(person_ids) + 1)) as position
    from deals
    union all
    select
        resolved.target_key as record_key,
        'organizations:' || leads.organization_id as linked_key,
        10001 as position
    from leads
    inner join resolved on leads.id = resolved.source_id
    where leads.organization_id is not null
    union all
    select
        resolved.target_key as record_key,
        'people:' || leads.person_id as linked_key,
        10002 as position
    from leads
    inner join resolved on leads.id = resolved.source_id
    where leads.person_id is not null
),

-- only what moves, or waits to, can be linked; twins merged into one are linked once
linked as (
    select
        links.record_key,
        links.linked_key,
        links.position,
        targets.entity_type,
        coalesce(targets.is_gone, false) as is_gone,
        if(targets.is_linkable, targets.target_key, null) as target_key
    from links
    left join targets on links.linked_key = targets.source_key
    where links.linked_key not like '%:'
    qualify row_number() over (
        partition by links.record_key, coalesce(target_key, links.linked_key)
        order by links.position
    ) = 1
),

gathered as (
    select
        -- ids
        record_key,
        array_agg(target_key order by position)
        filter (target_key is not null and entity_type = 'Accounts') as account_keys,
        array_agg(target_key order by position)
        filter (target_key is not null and entity_type = 'Contacts') as contact_keys,
        -- what a person has deleted in Nutshell since is nothing that we left out
        array_agg(linked_key order by position)
        filter (target_key is null and not is_gone) as unlinked_keys
    from linked
    group by record_key
)

select * from gathered

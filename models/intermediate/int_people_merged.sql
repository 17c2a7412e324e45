{#
    Twins: people linked by an equal e-mail, over as many steps as it takes. Walking starts from the
    lowest id of each neighbourhood and touches only people who share something.
#}
with recursive

people as (
    select * from {{ ref('int_people_keyed') }}
    where not is_deleted
),

decisions as (
    select * from {{ ref('duplicate_decisions') }}
    where object = 'people'
),

policy as (
    select
        {{ setting('people_merge') }} as people_merge,
        {{ setting('people_merge_name_agreement') }} as name_agreement,
        coalesce(try_cast({{ setting('people_merge_most') }} as integer), 10) as people_merge_most
),

addressed as (
    select
        source_id,
        name_key,
        unnest(email_keys) as email_key
    from people
),

nodes as (
    select
        addressed.source_id,
        -- by policy two people of different names may share an address
        addressed.email_key
        || if(policy.name_agreement = 'same_name', '|' || addressed.name_key, '') as node
    from addressed
    cross join policy
    where policy.people_merge = 'by_email'
),

-- what a human has called two people stays two, whatever they share
kept_apart as (
    select
        nodes.source_id,
        nodes.node
    from nodes
    inner join decisions
        on nodes.source_id = decisions.other_source_id and decisions.decision = 'keep_both'
    inner join nodes as others
        on decisions.source_id = others.source_id and nodes.node = others.node
),

shared as (
    select
        nodes.source_id,
        nodes.node
    from nodes
    cross join policy
    anti join kept_apart
        on nodes.source_id = kept_apart.source_id and nodes.node = kept_apart.node
    -- an address that many people have is a mailbox of the house, not one person's
    qualify
        count(*) over (partition by nodes.node) between 2 and policy.people_merge_most
),

decided as (
    select
        unnest([decisions.source_id, decisions.other_source_id]) as source_id,
        'decision:' || decisions.source_id || ':' || decisions.other_source_id as node
    from decisions
    inner join people as survivors on decisions.source_id = survivors.source_id
    inner join people as others on decisions.other_source_id = others.source_id
    where decisions.decision = 'merge'
),

edges as (
    select * from shared
    union all
    select * from decided
),

neighbours as (
    select
        source_id,
        node,
        min(source_id) over (partition by node) as lowest_of_node
    from edges
),

starts as (
    select source_id
    from neighbours
    group by source_id
    having min(lowest_of_node) = source_id
),

reached (source_id, root_id) as (
    select
        source_id,
        source_id as root_id
    from starts
    union
    select
        others.source_id,
        reached.root_id
    from reached
    inner join edges on reached.source_id = edges.source_id
    inner join edges as others on edges.node = others.node
),

clusters as (
    select
        source_id,
        min(root_id) as cluster_id
    from reached
    group by source_id
),

-- whom a person's decision names as the one that goes
gone_into_another as (
    select distinct other_source_id
    from decisions
    where decision = 'merge'
),

ordered as (
    select
        clusters.source_id,
        clusters.cluster_id,
        -- the first record of a person stands for the later ones, unless a human says otherwise
        row_number() over (
            partition by clusters.cluster_id
            order by
                gone_into_another.other_source_id is not null,
                people.created_at nulls last,
                people.source_id
        ) as rank_in_cluster
    from clusters
    inner join people on clusters.source_id = people.source_id
    left join gone_into_another on clusters.source_id = gone_into_another.other_source_id
),

merged as (
    select
        source_id,
        rank_in_cluster,
        first_value(source_id) over (
            partition by cluster_id order by rank_in_cluster
        ) as survivor_id,
        count(*) over (partition by cluster_id) as cluster_size
    from ordered
)

select * from merged

{#
    Twins: people linked by what they share, over as many steps as it takes. Walking starts from the
    lowest id of each neighbourhood and touches only people who share something.
#}
with recursive

people as (select * from {{ ref('int_people_keyed') }}),

linked as (select * from {{ ref('int_people_linked') }}),

-- whom a person's decision names as the one that goes
gone_into_another as (
    select distinct other_source_id
    from {{ ref('duplicate_decisions') }}
    where object = 'people' and decision = 'merge'
),

starts as (
    select source_id
    from linked
    group by source_id
    having min(other_id) > source_id
),

reached (source_id, root_id) as (
    select
        source_id,
        source_id as root_id
    from starts
    union
    select
        linked.other_id as source_id,
        reached.root_id
    from reached
    inner join linked on reached.source_id = linked.source_id
),

clusters as (
    select
        source_id,
        min(root_id) as cluster_id
    from reached
    group by source_id
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

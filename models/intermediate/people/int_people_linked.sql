{#
    Who is one with whom. What a human has called two people stays two, over however many steps they
    share something: whoever stands between them goes with neither, unless a human says with whom.
#}
with recursive

edges as (select * from {{ ref('int_people_edges') }}),

kept_apart as (
    select
        source_id as one_id,
        other_source_id as other_id
    from {{ ref('duplicate_decisions') }}
    where object = 'people' and decision = 'keep_both'
    union
    select
        other_source_id as one_id,
        source_id as other_id
    from {{ ref('duplicate_decisions') }}
    where object = 'people' and decision = 'keep_both'
),

-- by a human's word alone, and by all that links them: from the one, but not past the other
ways as (select unnest(['decision', 'any']) as way),

reached (one_id, other_id, way, source_id) as (
    select
        kept_apart.one_id,
        kept_apart.other_id,
        ways.way,
        kept_apart.one_id as source_id
    from kept_apart
    cross join ways
    union
    select
        reached.one_id,
        reached.other_id,
        reached.way,
        edges.other_id as source_id
    from reached
    inner join edges on reached.source_id = edges.source_id
    where
        edges.other_id <> reached.other_id
        and (reached.way = 'any' or edges.link = 'decision')
),

between_them as (
    select distinct
        mine.source_id,
        mine.way
    from reached as mine
    inner join reached as theirs
        on
            mine.one_id = theirs.other_id
            and mine.other_id = theirs.one_id
            and mine.way = theirs.way
            and mine.source_id = theirs.source_id
),

linked as (
    select
        edges.source_id,
        edges.other_id,
        edges.link
    from edges
    anti join kept_apart
        on edges.source_id = kept_apart.one_id and edges.other_id = kept_apart.other_id
    anti join between_them
        on
            edges.source_id = between_them.source_id
            and if(edges.link = 'address', 'any', 'decision') = between_them.way
    anti join between_them as others
        on
            edges.other_id = others.source_id
            and if(edges.link = 'address', 'any', 'decision') = others.way
)

select * from linked

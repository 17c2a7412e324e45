{#
    What would make two people one: an address in common where nothing speaks against it, or a
    human's word. Who could go with two people who are not one goes with neither: nothing is guessed.
#}
with

people as (
    select * from {{ ref('int_people_keyed') }}
    where not is_deleted
),

compared as (select * from {{ ref('int_people_compared') }}),

decisions as (
    select * from {{ ref('duplicate_decisions') }}
    where object = 'people' and decision is not null
),

-- their neighbours are two people
torn as (
    select distinct mine.source_id
    from compared as mine
    inner join compared as theirs
        on mine.source_id = theirs.source_id and mine.other_id < theirs.other_id
    inner join compared as between_them
        on mine.other_id = between_them.source_id and theirs.other_id = between_them.other_id
    where
        mine.is_sharing
        and mine.may_be_one
        and theirs.is_sharing
        and theirs.may_be_one
        and not between_them.may_be_one
),

sharing as (
    select
        compared.source_id,
        compared.other_id,
        'address' as link
    from compared
    anti join torn on compared.source_id = torn.source_id
    anti join torn as others on compared.other_id = others.source_id
    where compared.is_sharing and compared.may_be_one
),

decided as (
    select
        decisions.source_id,
        decisions.other_source_id as other_id,
        'decision' as link
    from decisions
    inner join people as survivors on decisions.source_id = survivors.source_id
    inner join people as others on decisions.other_source_id = others.source_id
    where decisions.decision = 'merge'
),

edges as (
    select * from sharing
    union all
    select * from decided
    union
    select
        other_id as source_id,
        source_id as other_id,
        link
    from decided
)

select * from edges

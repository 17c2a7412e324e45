{#
    What people share: an e-mail address that few have, or a human's word. Whoever is linked to the
    same thing is one person.
#}
with

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

addresses as (
    select
        addressed.source_id,
        -- by policy two people of different names may share an address
        addressed.email_key
        || if(policy.name_agreement = 'same_name', '|' || addressed.name_key, '') as link
    from addressed
    cross join policy
    where policy.people_merge = 'by_email'
),

-- what a human has called two people stays two, whatever they share
kept_apart as (
    select
        addresses.source_id,
        addresses.link
    from addresses
    inner join decisions
        on addresses.source_id = decisions.other_source_id and decisions.decision = 'keep_both'
    inner join addresses as others
        on decisions.source_id = others.source_id and addresses.link = others.link
),

shared as (
    select
        addresses.source_id,
        addresses.link
    from addresses
    cross join policy
    anti join kept_apart
        on addresses.source_id = kept_apart.source_id and addresses.link = kept_apart.link
    -- an address that many people have is a mailbox of the house, not one person's
    qualify
        count(*) over (partition by addresses.link) between 2 and policy.people_merge_most
),

decided as (
    select
        unnest([decisions.source_id, decisions.other_source_id]) as source_id,
        'decision:' || decisions.source_id || ':' || decisions.other_source_id as link
    from decisions
    inner join people as survivors on decisions.source_id = survivors.source_id
    inner join people as others on decisions.other_source_id = others.source_id
    where decisions.decision = 'merge'
),

linked as (
    select * from shared
    union all
    select * from decided
)

select * from linked

{# Each two people who have an address in common, both ways round, and whether they may be one: by
   their names and dates of birth, as the policy asks, and by a human's word. #}
with

people as (
    select * from {{ ref('int_people_keyed') }}
    where not is_deleted
),

policy as (
    select
        {{ setting('people_merge') }} as people_merge,
        coalesce({{ setting('people_merge_name_agreement') }}, 'same_name') as name_agreement,
        coalesce(try_cast({{ setting('people_merge_most') }} as integer), 10) as people_merge_most
),

names_known as (
    {{ names_known() }}
),

decisions as (
    select * from {{ ref('duplicate_decisions') }}
    where object = 'people' and decision = 'keep_both'
),

addressed as (
    select
        source_id,
        unnest(email_keys) as email_key
    from people
),

few as (
    select addressed.*
    from addressed
    cross join policy
    where policy.people_merge = 'by_email'
    -- an address that many people have is a mailbox of the house, not one person's
    qualify count(*) over (partition by addressed.email_key) between 2 and policy.people_merge_most
),

pairs as (
    select distinct
        mine.source_id,
        theirs.source_id as other_id
    from few as mine
    inner join few as theirs
        on mine.email_key = theirs.email_key and mine.source_id <> theirs.source_id
),

-- whoever shares with the same third: all three become one only if these two may be one
neighbours as (
    select
        source_id,
        other_id,
        true as is_sharing
    from pairs
    union all
    select distinct
        mine.other_id as source_id,
        theirs.other_id,
        false as is_sharing
    from pairs as mine
    inner join pairs as theirs
        on mine.source_id = theirs.source_id and mine.other_id <> theirs.other_id
    anti join pairs as direct
        on mine.other_id = direct.source_id and theirs.other_id = direct.other_id
),

compared as (
    select
        -- ids
        neighbours.source_id,
        neighbours.other_id,

        -- flags
        neighbours.is_sharing,
        decisions.object is not null as is_kept_apart,
        decisions.object is null and (
            policy.name_agreement = 'any'
            or (
                {{ names_agree('mine.name_parts', 'theirs.name_parts') }}
                -- null where one of them is not known, or may not be looked at
                and (mine.date_of_birth <> theirs.date_of_birth) is not true
            )
        ) as may_be_one
    from neighbours
    cross join policy
    cross join names_known
    inner join people as mine on neighbours.source_id = mine.source_id
    inner join people as theirs on neighbours.other_id = theirs.source_id
    left join decisions
        on
            least(neighbours.source_id, neighbours.other_id)
            = least(decisions.source_id, decisions.other_source_id)
            and greatest(neighbours.source_id, neighbours.other_id)
            = greatest(decisions.source_id, decisions.other_source_id)
)

select * from compared

with

people as (
    select * from {{ ref('int_people_keyed') }}
    where not is_deleted
),

deleted as (
    select 'people:' || source_id as record_key
    from {{ ref('int_people_keyed') }}
    where is_deleted
),

merged as (select * from {{ ref('int_people_merged') }}),

contacts as (
    select
        nutshell_id,
        custom_fields ->> 'Visual Practice ID' as visual_practice_id,
        list_distinct(
            list_transform(emails, lambda email: lower(trim(email ->> '$')))
        ) as email_keys
    from {{ ref('stg_nutshell__contacts') }}
    where not is_gone
),

policy as (select {{ setting('people_match') }} as people_match),

-- a merged person is known by all the addresses of the cluster
addressed as (
    select
        coalesce(merged.survivor_id, people.source_id) as source_id,
        coalesce(merged.rank_in_cluster, 1) as member,
        unnest(people.email_keys) as email_key,
        generate_subscripts(people.email_keys, 1) as position
    from people
    left join merged on people.source_id = merged.source_id
),

contact_addresses as (
    select
        nutshell_id,
        visual_practice_id,
        unnest(email_keys) as email_key
    from contacts
),

candidates as (
    select
        people.source_id,
        contacts.nutshell_id,
        'visual_practice_id' as match,
        0 as member,
        0 as position
    from people
    inner join contacts on 'people:' || people.source_id = contacts.visual_practice_id
    union all
    select
        addressed.source_id,
        contact_addresses.nutshell_id,
        'email' as match,
        addressed.member,
        addressed.position
    from addressed
    inner join contact_addresses on addressed.email_key = contact_addresses.email_key
    cross join policy
    left join deleted on contact_addresses.visual_practice_id = deleted.record_key
    -- a contact that another record of ours stands behind is taken, unless the practice has
    -- deleted that one: its twin lives on in the same contact
    where
        (contact_addresses.visual_practice_id is null or deleted.record_key is not null)
        and coalesce(policy.people_match, '') <> 'never'
),

-- first the person chooses (first address, oldest contact), then the contact
chosen as (
    select
        *,
        count(*) over (partition by source_id) as candidate_contacts
    from candidates
    qualify row_number() over (
        partition by source_id order by member, position, nutshell_id
    ) = 1
),

matched as (
    select
        source_id,
        nutshell_id,
        match,
        candidate_contacts
    from chosen
    qualify row_number() over (
        partition by nutshell_id order by member, position, source_id
    ) = 1
)

select * from matched

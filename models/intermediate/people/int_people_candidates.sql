{# Contacts that may be a person: by an address of theirs, where the names agree as the policy asks
   of two people of the practice. #}
with

people as (
    select * from {{ ref('int_people_keyed') }}
    where not is_deleted
),

merged as (select * from {{ ref('int_people_merged') }}),

policy as (
    select
        {{ setting('people_match') }} as people_match,
        coalesce({{ setting('people_merge_name_agreement') }}, 'same_name') as name_agreement,
        coalesce(try_cast({{ setting('people_merge_most') }} as integer), 10) as people_merge_most
),

names_known as (
    {{ names_known() }}
),

contacts as (
    select
        nutshell_id,
        {{ record_of_marker("(custom_fields ->> 'Visual Practice ID')") }} as visual_practice_id,
        -- who is called by an address has no name
        if(contains(display_name, '@'), null, display_name) as display_name,
        nullif(trim(try_cast(record as json) -> 'name' ->> 'givenName'), '') as given_name,
        nullif(trim(try_cast(record as json) -> 'name' ->> 'familyName'), '') as family_name,
        list_distinct(
            list_transform(emails, lambda email: lower(trim(email ->> '$')))
        ) as email_keys
    from {{ ref('stg_nutshell__contacts') }}
    where not is_gone
),

contact_addresses as (
    select
        contacts.nutshell_id,
        contacts.visual_practice_id,
        unnest(contacts.email_keys) as email_key,
        if(
            contacts.given_name is null and contacts.family_name is null,
            {{ name_parts(
                "regexp_replace(contacts.display_name, '\\s+\\S+$', '')",
                "regexp_extract(contacts.display_name, '\\s(\\S+)$', 1)", "''"
            ) }},
            {{ name_parts('contacts.given_name', 'contacts.family_name', "''") }}
        ) as name_parts
    from contacts
    cross join names_known
),

-- a merged person is known by all the addresses of the cluster
addressed as (
    select
        coalesce(merged.survivor_id, people.source_id) as source_id,
        coalesce(merged.rank_in_cluster, 1) as member,
        people.name_parts,
        unnest(people.email_keys) as email_key,
        generate_subscripts(people.email_keys, 1) as position
    from people
    left join merged on people.source_id = merged.source_id
),

few as (
    select *
    from addressed
    -- an address that many people have is a mailbox of the house, not one person's
    qualify
        count(*) over (partition by email_key) <= (select people_merge_most from policy)
),

found as (
    select
        few.*,
        contact_addresses.nutshell_id,
        contact_addresses.visual_practice_id,
        policy.name_agreement = 'any'
        or {{ names_agree('few.name_parts', 'contact_addresses.name_parts') }} as may_be_one,
        few.name_parts = contact_addresses.name_parts as is_same_name
    from few
    cross join policy
    cross join names_known
    inner join contact_addresses on few.email_key = contact_addresses.email_key
    where coalesce(policy.people_match, '') <> 'never'
),

-- a contact that two people could be who are not one is neither
torn as (
    select distinct mine.nutshell_id
    from found as mine
    cross join names_known
    inner join found as theirs
        on mine.nutshell_id = theirs.nutshell_id and mine.source_id < theirs.source_id
    cross join policy
    where
        mine.may_be_one
        and theirs.may_be_one
        and policy.name_agreement <> 'any'
        and not {{ names_agree('mine.name_parts', 'theirs.name_parts') }}
),

candidates as (
    select
        -- ids
        found.source_id,
        found.nutshell_id,
        found.visual_practice_id,

        -- text
        found.email_key,

        -- numbers
        found.member,
        found.position,

        -- flags
        found.may_be_one,
        torn.nutshell_id is not null as is_torn,
        found.is_same_name
    from found
    left join torn on found.nutshell_id = torn.nutshell_id
)

select * from candidates

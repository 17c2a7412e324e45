{# E-mail addresses that make nobody one with anybody, or not all who have them: for a human to look
   at, with the line that makes two of them one, or keeps them two. #}
with

emails as (
    select * from {{ ref('int_emails_cleaned') }}
    where source_object = 'people' and is_valid
),

people as (
    select
        source_id,
        survivor_id
    from {{ ref('int_people_resolved') }}
    where bucket_reason is distinct from 'deleted_in_source'
),

candidates as (select * from {{ ref('int_people_candidates') }}),

decisions as (
    select distinct
        least(source_id, other_source_id) as one_id,
        greatest(source_id, other_source_id) as other_id
    from {{ ref('duplicate_decisions') }}
    where object = 'people' and decision is not null
),

policy as (
    select
        coalesce(try_cast({{ setting('people_merge_most') }} as integer), 10)
            as people_merge_most
),

-- contacts that have the address, and whom the person is not taken for
contacts as (
    select
        source_id,
        email_key,
        string_agg(distinct nutshell_id, ', ' order by nutshell_id) as contact_ids
    from candidates
    where visual_practice_id is null and (is_torn or not may_be_one)
    group by source_id, email_key
),

held as (
    select
        emails.email_key,
        emails.is_placeholder,
        emails.is_shared,
        people.source_id,
        people.survivor_id,
        contacts.contact_ids,
        count(*) over (partition by emails.email_key) as people,
        min(people.survivor_id) over (partition by emails.email_key)
        <> max(people.survivor_id) over (partition by emails.email_key) as is_several,
        min(people.source_id) over (partition by emails.email_key) as first_id
    from emails
    inner join people on emails.source_id = people.source_id
    left join contacts
        on people.survivor_id = contacts.source_id and emails.email_key = contacts.email_key
),

judged as (
    select
        -- ids
        held.email_key,
        held.source_id,
        held.survivor_id,
        held.contact_ids,

        -- text
        case
            when held.is_placeholder
                then 'typed as a placeholder: it identifies nobody'
            when held.is_shared then 'a mailbox of the house: it identifies nobody'
            when held.people > policy.people_merge_most
                then 'more people than people_merge_most have it: it identifies nobody'
            when held.is_several then 'people whose names do not agree have it: they stay apart'
            else 'a contact in Nutshell has it under another name: the person is not taken for it'
        end as finding,
        if(
            held.is_several and held.source_id <> held.first_id and decisions.one_id is null,
            'seeds/policies/duplicate_decisions.csv: people,' || {{ csv_cell('held.first_id') }}
            || ',' || {{ csv_cell('held.source_id') }} || ',,,,',
            null
        ) as csv_line,

        -- numbers
        held.people,

        -- flags
        decisions.one_id is not null as is_decided
    from held
    cross join policy
    left join decisions on held.first_id = decisions.one_id and held.source_id = decisions.other_id
    where held.is_several or held.is_placeholder or held.contact_ids is not null
)

select * from judged

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

contacts as (
    select
        nutshell_id,
        {{ record_of_marker("(custom_fields ->> 'Visual Practice ID')") }} as visual_practice_id
    from {{ ref('stg_nutshell__contacts') }}
    where not is_gone
),

by_address as (select * from {{ ref('int_people_candidates') }}),

candidates as (
    select
        people.source_id,
        contacts.nutshell_id,
        'visual_practice_id' as match,
        true as is_same_name,
        0 as member,
        0 as position
    from people
    inner join contacts on 'people:' || people.source_id = contacts.visual_practice_id
    union all
    select
        by_address.source_id,
        by_address.nutshell_id,
        'email' as match,
        by_address.is_same_name,
        by_address.member,
        by_address.position
    from by_address
    left join deleted on by_address.visual_practice_id = deleted.record_key
    -- a contact that another record of ours stands behind is taken, unless the practice has
    -- deleted that one: its twin lives on in the same contact
    where
        (by_address.visual_practice_id is null or deleted.record_key is not null)
        and by_address.may_be_one
        and not by_address.is_torn
),

-- first the person chooses (first address, oldest contact), then the contact
chosen as (
    select
        *,
        count(*) over (partition by source_id) as candidate_contacts
    from candidates
    qualify row_number() over (
        partition by source_id order by member asc, position asc, is_same_name desc, nutshell_id asc
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
        partition by nutshell_id
        order by
            match = 'visual_practice_id' desc, is_same_name desc, member asc, position asc,
            source_id asc
    ) = 1
)

select * from matched

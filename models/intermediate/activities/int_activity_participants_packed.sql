{# What each activity is linked to: who took part, and which leads it is about. #}
with

participants as (
    select * from {{ ref('int_activity_participants') }}
    -- what does not move is told in the trailer
    where target_key is not null
),

packed as (
    select
        -- ids
        source_id,

        -- lists
        {{ list_in_order(
            'target_key', 'position', "entity_type in ('Contacts', 'Accounts')"
        ) }} as people, -- noqa: PRS
        {{ list_in_order('target_key', 'position', "entity_type = 'Leads'") }} as leads -- noqa: PRS
    from participants
    group by source_id
)

select * from packed

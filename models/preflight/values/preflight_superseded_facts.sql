{{ config(materialized='ephemeral') }}

{# What of a record that stands in another is no text: its owner, its times, its value, and what a
   map makes of its status and source. #}
with

merged as (
    {%- for object in ['people', 'organizations'] %}
        select
            '{{ object }}' as source_object,
            mine.source_id,
            mine.record_key as target_key,
            coalesce(mine.owner_user_id <> theirs.owner_user_id, false) as is_owner_other,
            coalesce(records.created_at <> coalesce(united.created_at, 'infinity'), false)
                as is_creation_other,
            coalesce(records.modified_at <> coalesce(united.modified_at, 'infinity'), false)
                as is_change_other,
            false as is_status_other,
            false as is_source_other,
            false as is_value_other
        from {{ ref('int_' ~ object ~ '_resolved') }} as mine
        inner join {{ ref('stg_visual_practice__' ~ object) }} as records
            on mine.source_id = records.id
        inner join {{ ref('int_' ~ object ~ '_resolved') }} as theirs
            on mine.survivor_id = theirs.source_id
        inner join {{ ref('int_' ~ object ~ '_united') }} as united
            on mine.survivor_id = united.source_id
        -- the survivor, too: of several times one stands
        where mine.bucket_reason is distinct from 'deleted_in_source'
        union all
    {%- endfor %}
    select
        'leads' as source_object,
        resolved.source_id,
        resolved.target_key,
        coalesce(resolved.nutshell_user_id <> deals_resolved.nutshell_user_id, false)
            as is_owner_other,
        coalesce(leads.created_at <> coalesce(deals.created_at, 'infinity'), false)
            as is_creation_other,
        coalesce(leads.modified_at <> coalesce(deals.modified_at, 'infinity'), false)
            as is_change_other,
        coalesce(mine.status_name <> inherited.lead_status, false) as is_status_other,
        coalesce(
            mine.source_name <> coalesce(theirs.source_name, inherited.source_name), false
        ) as is_source_other,
        amounts.amount_original is not null
        and coalesce(valued.value_key, '') <> 'leads:' || resolved.source_id as is_value_other
    from {{ ref('int_leads_resolved') }} as resolved
    inner join {{ ref('stg_visual_practice__leads') }} as leads on resolved.source_id = leads.id
    inner join {{ ref('stg_visual_practice__deals') }} as deals
        on resolved.target_key = 'deals:' || deals.id
    inner join {{ ref('int_deals_resolved') }} as deals_resolved
        on deals.id = deals_resolved.source_id
    inner join {{ ref('int_opportunities_mapped') }} as mine
        on mine.source_object = 'leads' and resolved.source_id = mine.source_id
    inner join {{ ref('int_opportunities_mapped') }} as theirs
        on theirs.source_object = 'deals' and deals.id = theirs.source_id
    inner join {{ ref('int_leads_inherited') }} as inherited
        on resolved.target_key = inherited.target_key
    inner join {{ ref('int_amounts_converted') }} as amounts
        on amounts.source_object = 'leads' and resolved.source_id = amounts.source_id
    inner join {{ ref('int_opportunities_valued') }} as valued
        on resolved.target_key = valued.record_key
    where resolved.bucket_reason in ('converted_to_deal', 'deal_blocked')
),

facts as (
    {%- for field, flag in [
        ('owner_id', 'is_owner_other'), ('created_at', 'is_creation_other'),
        ('modified_at', 'is_change_other'), ('status', 'is_status_other'),
        ('source', 'is_source_other'), ('estimated_value', 'is_value_other'),
        ('currency', 'is_value_other'),
    ] %}
        select
            source_object as object,
            source_id,
            '{{ field }}' as field,
            target_key,
            'another value stands there in ' || target_key as finding
        from merged
        where {{ flag }}
        {{ "union all" if not loop.last }}
    {%- endfor %}
)

select * from facts

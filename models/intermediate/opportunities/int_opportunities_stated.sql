{# What each lead and each deal says of itself, in the same columns. #}
with

leads as (select * from {{ ref('stg_visual_practice__leads') }}),

deals as (select * from {{ ref('stg_visual_practice__deals') }}),

leads_resolved as (select * from {{ ref('int_leads_resolved') }}),

deals_resolved as (select * from {{ ref('int_deals_resolved') }}),

stated_by_leads as (
    select
        'leads' as source_object,
        leads.id as source_id,
        'leads:' || leads.id as record_key,
        leads.owner_id,
        nullif(leads_resolved.target_key, 'leads:' || leads.id) as survivor_key,
        leads_resolved.nutshell_user_id,
        leads_resolved.bucket_reason,
        leads.title,
        leads.description,
        list_concat(['Visual Practice lead'], leads.tags) as tags,
        leads.created_at,
        leads.modified_at
    from leads
    inner join leads_resolved on leads.id = leads_resolved.source_id
),

stated_by_deals as (
    select
        'deals' as source_object,
        deals.id as source_id,
        'deals:' || deals.id as record_key,
        deals.owner_id,
        deals_resolved.nutshell_user_id,
        deals_resolved.bucket_reason,
        deals.name as title,
        deals.description,
        -- one pipeline beside the other, one tag beside the other: a lead and a deal stay apart
        list_concat(['Visual Practice deal'], deals.tags) as tags,
        deals.created_at,
        deals.modified_at,
        -- what only a deal says
        deals.lost_reason,
        -- a deal that states none has none: least() alone would make it a hundred percent
        if(
            deals.probability is null, null,
            cast(greatest(0, least(100, round(deals.probability))) as integer)
        ) as confidence,
        deals.probability not between 0 and 100 as is_confidence_clipped,
        deals.expected_close_date,
        deals.closed_at
    from deals
    inner join deals_resolved on deals.id = deals_resolved.source_id
),

stated as (
    select * from stated_by_leads
    union all by name
    select * from stated_by_deals
)

select * from stated

with

leads as (select * from {{ ref('stg_visual_practice__leads') }}),

resolved as (select * from {{ ref('int_leads_resolved') }}),

mapped as (
    select * from {{ ref('int_opportunities_mapped') }}
    where source_object = 'leads'
),

amounts as (
    select * from {{ ref('int_amounts_converted') }}
    where source_object = 'leads'
),

packed as (
    select * from {{ ref('int_custom_fields_packed') }}
    where source_object = 'leads'
),

-- where several leads became one deal, the oldest that has a value gives it
inherited as (
    select
        -- ids
        resolved.target_key,
        arg_min(mapped.nutshell_source_id, leads.created_at) as nutshell_source_id,
        arg_min(leads.id, leads.created_at)
        filter (amounts.amount_converted is not null) as value_lead_id,

        -- text
        arg_min(leads.title, leads.created_at) as title,
        arg_min(leads.description, leads.created_at) as description,
        arg_min(mapped.source_name, leads.created_at) as source_name,
        arg_min(mapped.status_name, leads.created_at) as lead_status,
        arg_min(packed.custom_fields, leads.created_at) as custom_fields,

        -- lists
        flatten(array_agg(leads.tags order by leads.created_at)) as tags,
        array_agg('leads:' || leads.id order by leads.created_at, leads.id) as lead_keys
    from leads
    inner join resolved on leads.id = resolved.source_id
    inner join mapped on leads.id = mapped.source_id
    inner join amounts on leads.id = amounts.source_id
    left join packed on leads.id = packed.source_id
    where resolved.bucket_reason in ('converted_to_deal', 'deal_blocked')
    group by resolved.target_key
)

select * from inherited

{# What a deal takes over from the leads that became it, the oldest first: of each field the first
   that says something. #}
{% set said_once = ['nutshell_source_id', 'title', 'description', 'source_name', 'lead_status'] %}

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

members as (
    select
        resolved.target_key,
        leads.id as lead_id,
        mapped.nutshell_source_id,
        {{ clean_text('leads.title') }} as title,
        {{ clean_text('leads.description') }} as description,
        mapped.source_name,
        mapped.status_name as lead_status,
        packed.custom_fields,
        leads.tags,
        amounts.amount_converted,
        -- a lead whose age nobody knows comes last, and of the same age the lower id first
        row_number() over (
            partition by resolved.target_key order by leads.created_at asc nulls last, leads.id asc
        ) as member
    from leads
    inner join resolved on leads.id = resolved.source_id
    inner join mapped on leads.id = mapped.source_id
    inner join amounts on leads.id = amounts.source_id
    left join packed on leads.id = packed.source_id
    where resolved.bucket_reason in ('converted_to_deal', 'deal_blocked')
),

gathered as (
    select
        -- ids
        target_key,
        min_by(lead_id, member) filter (where amount_converted is not null) as value_lead_id,
        {% for column in said_once -%}
            min_by({{ column }}, member) filter (where {{ column }} is not null) as {{ column }},
        {% endfor %}
        -- lists
        -- the oldest's last: it wins a merge
        list(try_cast(custom_fields as json) order by member desc)
        filter (where custom_fields is not null) as field_sets,
        flatten(array_agg(tags order by member) filter (where tags is not null)) as tags,
        array_agg('leads:' || lead_id order by member) as lead_keys
    from members
    group by target_key
),

inherited as (
    select
        * exclude (field_sets),
        if(field_sets is null, null, cast({{ merged_json('field_sets') }} as varchar)) -- noqa: PRS
            as custom_fields
    from gathered
)

select * from inherited

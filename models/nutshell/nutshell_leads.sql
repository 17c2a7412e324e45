with

leads as (select * from {{ ref('stg_visual_practice__leads') }}),

resolved as (select * from {{ ref('int_leads_resolved') }}),

mapped as (
    select * from {{ ref('int_opportunities_mapped') }}
    where source_object = 'leads'
),

links as (select * from {{ ref('int_opportunity_links') }}),

amounts as (
    select * from {{ ref('int_amounts_converted') }}
    where source_object = 'leads'
),

packed as (
    select * from {{ ref('int_custom_fields_packed') }}
    where source_object = 'leads'
),

defaults as (select * from {{ ref('int_defaults_packed') }}),

files as (select * from {{ ref('int_files_linked') }}),

settings as (
    select * from {{ ref('settings') }}
    where name = 'nameless_label'
),

assembled as (
    select
        leads.id as source_id,
        'leads:' || leads.id as record_key,
        nullif(resolved.target_key, 'leads:' || leads.id) as survivor_key,
        resolved.bucket_reason,
        leads.owner_id,
        resolved.nutshell_user_id,
        mapped.stageset_id,
        mapped.milestone_id,
        mapped.outcome_id,
        mapped.outcome_status,
        mapped.outcome_name,
        mapped.nutshell_source_id,
        mapped.source_name,
        mapped.status_name as lead_status,
        cast(null as varchar) as deal_stage,
        coalesce(links.account_keys, []) as account_keys,
        coalesce(links.contact_keys, []) as contact_keys,
        coalesce(links.unlinked_keys, []) as unlinked_keys,
        coalesce(
            {{ within_limit(clean_text('leads.title'), 'text_length') }}, settings.value
        ) as title,
        {{ within_limit(clean_text('leads.description'), 'long_text_length') }} as details,
        cast(null as varchar) as lost_reason,
        files.files_text,
        -- one pipeline beside the other, one tag beside the other: a lead and a deal stay apart
        list_sort(list_distinct(list_concat(['Visual Practice lead'], leads.tags))) as tags,
        cast(null as integer) as confidence,
        false as is_confidence_clipped,
        cast(null as varchar) as due_time,
        cast(null as date) as expected_close_date,
        cast(null as timestamptz) as closed_at,
        leads.created_at,
        leads.modified_at,
        if(amounts.amount_converted is null, null, 'leads:' || leads.id) as value_key,
        amounts.amount_original,
        {{ plain_number('amounts.amount_original') }} as amount_original_text,
        amounts.currency_original,
        amounts.amount_converted,
        amounts.amount_text,
        amounts.currency_converted,
        amounts.rate,
        amounts.rate_date,
        packed.custom_fields as packed_fields,
        defaults.default_fields,
        cast(null as varchar) as inherited_fields
    from leads
    left join settings on true
    inner join resolved on leads.id = resolved.source_id
    inner join mapped on leads.id = mapped.source_id
    inner join amounts on leads.id = amounts.source_id
    left join links on 'leads:' || leads.id = links.record_key
    left join packed on leads.id = packed.source_id
    left join defaults on 'leads:' || leads.id = defaults.record_key
    left join files on 'leads:' || leads.id = files.record_key
),

fielded as (
    select
        *,
        {{ lead_custom_fields() }} as custom_fields
    from assembled
),

shaped as (
    select
        {{ opportunity_columns('leads') }}
    from fielded
)

select * from shaped

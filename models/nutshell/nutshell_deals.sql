with

deals as (select * from {{ ref('stg_visual_practice__deals') }}),

resolved as (select * from {{ ref('int_deals_resolved') }}),

mapped as (
    select * from {{ ref('int_opportunities_mapped') }}
    where source_object = 'deals'
),

links as (select * from {{ ref('int_opportunity_links') }}),

amounts as (select * from {{ ref('int_amounts_converted') }}),

inherited as (select * from {{ ref('int_leads_inherited') }}),

packed as (
    select * from {{ ref('int_custom_fields_packed') }}
    where source_object = 'deals'
),

defaults as (select * from {{ ref('int_defaults_packed') }}),

files as (select * from {{ ref('int_files_linked') }}),

settings as (
    select * from {{ ref('settings') }}
    where name = 'nameless_label'
),

assembled as (
    select
        deals.id as source_id,
        'deals:' || deals.id as record_key,
        cast(null as varchar) as survivor_key,
        resolved.bucket_reason,
        deals.owner_id,
        resolved.nutshell_user_id,
        mapped.stageset_id,
        mapped.milestone_id,
        mapped.outcome_id,
        mapped.outcome_status,
        mapped.outcome_name,
        -- what the deal lacks, the lead that became it gives
        coalesce(mapped.nutshell_source_id, inherited.nutshell_source_id) as nutshell_source_id,
        coalesce(mapped.source_name, inherited.source_name) as source_name,
        inherited.lead_status,
        mapped.status_name as deal_stage,
        coalesce(links.account_keys, []) as account_keys,
        coalesce(links.contact_keys, []) as contact_keys,
        coalesce(links.unlinked_keys, []) as unlinked_keys,
        coalesce(
            {{ within_limit(
                clean_text('coalesce(deals.name, inherited.title)'), 'text_length'
            ) }}, settings.value
        ) as title,
        {{ within_limit(
            clean_text('coalesce(deals.description, inherited.description)'), 'long_text_length'
        ) }} as details,
        {{ within_limit(clean_text('deals.lost_reason'), 'text_length') }} as lost_reason,
        files.files_text,
        -- one pipeline beside the other, one tag beside the other: a lead and a deal stay apart
        list_sort(list_distinct(
            list_concat(['Visual Practice deal'], deals.tags, coalesce(inherited.tags, []))
        )) as tags,
        cast(greatest(0, least(100, round(deals.probability))) as integer) as confidence,
        coalesce(deals.probability not between 0 and 100, false) as is_confidence_clipped,
        -- midday in UTC is the same day from Hawaii to Auckland's west
        strftime(deals.expected_close_date, '%Y-%m-%dT12:00:00+0000') as due_time,
        deals.expected_close_date,
        deals.closed_at,
        deals.created_at,
        deals.modified_at,
        if(
            amounts.amount_converted is null, null,
            amounts.source_object || ':' || amounts.source_id
        ) as value_key,
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
        inherited.custom_fields as inherited_fields
    from deals
    left join settings on true
    inner join resolved on deals.id = resolved.source_id
    inner join mapped on deals.id = mapped.source_id
    left join inherited on 'deals:' || deals.id = inherited.target_key
    -- a deal without an amount takes the estimate of the lead that became it
    inner join amounts as own
        on own.source_object = 'deals' and deals.id = own.source_id
    left join amounts
        on
            if(
                own.amount_original is null and inherited.value_lead_id is not null,
                'leads', 'deals'
            ) = amounts.source_object
            and if(
                own.amount_original is null and inherited.value_lead_id is not null,
                inherited.value_lead_id, deals.id
            ) = amounts.source_id
    left join links on 'deals:' || deals.id = links.record_key
    left join packed on deals.id = packed.source_id
    left join defaults on 'deals:' || deals.id = defaults.record_key
    left join files on 'deals:' || deals.id = files.record_key
),

fielded as (
    select
        *,
        {{ lead_custom_fields() }} as custom_fields
    from assembled
),

shaped as (
    select
        {{ opportunity_columns('deals') }}
    from fielded
)

select * from shaped

{# Each lead and each deal with all that moves with it: place, links, money, files and fields.
   What a deal lacks, the lead that became it gives. #}
with

stated as (select * from {{ ref('int_opportunities_stated') }}),

mapped as (select * from {{ ref('int_opportunities_mapped') }}),

inherited as (select * from {{ ref('int_leads_inherited') }}),

links as (select * from {{ ref('int_opportunity_links') }}),

valued as (select * from {{ ref('int_opportunities_valued') }}),

packed as (select * from {{ ref('int_custom_fields_packed') }}),

defaults as (select * from {{ ref('int_defaults_packed') }}),

files as (select * from {{ ref('int_files_linked') }}),

policy as (select {{ setting('nameless_label') }} as nameless_label),

assembled as (
    select
        -- ids
        stated.source_object,
        stated.source_id,
        stated.record_key,
        stated.survivor_key,
        stated.owner_id,
        stated.nutshell_user_id,
        mapped.stageset_id,
        mapped.milestone_id,
        mapped.outcome_id,
        coalesce(mapped.nutshell_source_id, inherited.nutshell_source_id) as nutshell_source_id,
        coalesce(links.account_keys, []) as account_keys,
        coalesce(links.contact_keys, []) as contact_keys,
        coalesce(links.unlinked_keys, []) as unlinked_keys,
        valued.value_key,

        -- text
        stated.bucket_reason,
        {{ within_limit(
            'coalesce(' ~ clean_text('stated.title') ~ ', inherited.title, policy.nameless_label)',
            'text_length'
        ) }} as title,
        {{ within_limit(
            'coalesce(' ~ clean_text('stated.description') ~ ', inherited.description)',
            'long_text_length'
        ) }} as details,
        {{ within_limit(clean_text('stated.lost_reason'), 'text_length') }} as lost_reason,
        if(stated.source_object = 'leads', mapped.status_name, inherited.lead_status)
            as lead_status,
        if(stated.source_object = 'deals', mapped.status_name, null) as deal_stage,
        coalesce(mapped.source_name, inherited.source_name) as source_name,
        mapped.outcome_name,
        files.files_text,
        valued.currency_original,
        valued.currency_converted,
        valued.amount_text,
        valued.amount_original_text,
        packed.custom_fields as packed_fields,
        inherited.custom_fields as inherited_fields,
        defaults.default_fields,

        -- lists
        list_sort(list_distinct(list_concat(stated.tags, coalesce(inherited.tags, [])))) as tags,

        -- numbers
        mapped.outcome_status,
        stated.confidence,
        valued.amount_original,
        valued.amount_converted,
        valued.rate,

        -- flags
        coalesce(stated.is_confidence_clipped, false) as is_confidence_clipped,

        -- times
        stated.expected_close_date,
        -- midday in UTC is the same day from Hawaii to Auckland's west
        strftime(stated.expected_close_date, '%Y-%m-%dT12:00:00+0000') as due_time,
        stated.closed_at,
        stated.created_at,
        stated.modified_at,
        valued.rate_date
    from stated
    cross join policy
    inner join valued on stated.record_key = valued.record_key
    inner join mapped
        on stated.source_object = mapped.source_object and stated.source_id = mapped.source_id
    left join inherited on stated.record_key = inherited.target_key
    left join links on stated.record_key = links.record_key
    left join packed
        on stated.source_object = packed.source_object and stated.source_id = packed.source_id
    left join defaults on stated.record_key = defaults.record_key
    left join files on stated.record_key = files.record_key
)

select * from assembled

{# The whole of what a deal becomes: a Nutshell lead in the deals' pipeline. What it lacks,
   the lead that became it gives. #}
with

deals as (select * from {{ ref('stg_visual_practice__deals') }}),

resolved as (select * from {{ ref('int_deals_resolved') }}),

stages as (select * from {{ ref('int_opportunities_mapped') }}),

inherited as (select * from {{ ref('int_leads_inherited') }}),

links as (select * from {{ ref('int_opportunity_links') }}),

amounts as (select * from {{ ref('int_opportunities_valued') }}),

packed as (select * from {{ ref('int_custom_fields_packed') }}),

defaults as (select * from {{ ref('int_defaults_packed') }}),

files as (select * from {{ ref('int_files_linked') }}),

titles as (
    select
        deals.id,
        coalesce(
            {{ clean_text('deals.name') }}, inherited.title, {{ setting('nameless_label') }}
        ) as whole
    from deals
    left join inherited on 'deals:' || deals.id = inherited.target_key
),

mapped as (
    select
        -- plumbing, never sent
        'deals' as source_object,
        deals.id as source_id,
        'deals:' || deals.id as record_key,
        'lead' as kind,
        cast(null as bigint) as nutshell_id,
        cast(null as varchar) as survivor_key,
        resolved.bucket_reason,
        0 as level_within,
        stages.outcome_name,
        amounts.currency_original,
        coalesce(deals.probability not between 0 and 100, false) as is_confidence_clipped,

        -- what is sent
        {{ within_limit_at_word('titles.whole', 'leads.description') }} as "description",
        'Users:' || resolved.nutshell_user_id as "assignee",
        links.account_keys[1] as "primaryAccount",
        links.account_keys[2:] as "accounts",
        links.contact_keys as "contacts",
        if(deals.probability is null, null, try_cast(
            greatest(0, least(100, round(deals.probability))) as integer
        )) as "confidence",
        -- midday in UTC is the same day from Hawaii to Auckland's west
        {{ utc_midday('deals.expected_close_date') }} as "dueTime",
        ['Sources:' || coalesce(stages.nutshell_source_id, inherited.nutshell_source_id)]
            as "sources",
        -- one pipeline beside the other, one tag beside the other: a lead and a deal stay apart
        {{ clean_tags(
            "list_concat(['Visual Practice deal'], " ~ import_tag()
            ~ ", deals.tags, coalesce(inherited.tags, []))"
        ) }} as "tags",
        stages.stageset_id as "stagesetId",
        stages.milestone_id as "milestoneId",
        amounts.converted as "value",
        stages.closing as "status",
        if({{ behaviour('lead_created_time') }} = 'honoured', deals.created_at, null)
            as "createdTime",
        -- fields of the practice's own, over its lead's, over the defaults
        {{ laid_over([
            'defaults.default_fields', 'inherited.custom_fields', 'packed.custom_fields'
        ]) }} as "customFields",
        {{ record_marker("'deals:' || deals.id") }} as "customFields.Visual Practice ID",
        {{ practice_day('deals.created_at') }} as "customFields.Visual Practice created",
        {{ practice_instant('deals.created_at') }} as "customFields.Visual Practice created at",
        {{ practice_day('deals.modified_at') }} as "customFields.Visual Practice modified",
        {{ practice_instant('deals.modified_at') }} as "customFields.Visual Practice modified at",
        {{ within_limit(
            'coalesce(' ~ clean_text('deals.description') ~ ', inherited.description)',
            'long_text_length'
        ) }} as "customFields.Description",
        {{ within_limit(if_cut('titles.whole', 'leads.description'), 'long_text_length') }}
            as "customFields.Full title",
        files.files_text as "customFields.Files",
        inherited.lead_status as "customFields.Lead status",
        stages.status_name as "customFields.Deal stage",
        amounts.amount_original_text as "customFields.Original amount",
        if(amounts.amount_original is null, null, amounts.currency_original)
            as "customFields.Original currency",
        if(amounts.rate_date is null, null, {{ plain_number('amounts.rate') }})
            as "customFields.Exchange rate",
        amounts.rate_date as "customFields.Rate date",
        deals.expected_close_date as "customFields.Expected close",
        {{ practice_day('deals.closed_at') }} as "customFields.Closed",
        {{ within_limit(clean_text('deals.lost_reason'), 'text_length') }}
            as "customFields.Lost reason"
    from deals
    inner join titles on deals.id = titles.id
    inner join resolved on deals.id = resolved.source_id
    inner join stages on stages.source_object = 'deals' and deals.id = stages.source_id
    inner join amounts on 'deals:' || deals.id = amounts.record_key
    left join inherited on 'deals:' || deals.id = inherited.target_key
    left join links on 'deals:' || deals.id = links.record_key
    left join packed on packed.source_object = 'deals' and deals.id = packed.source_id
    left join defaults on 'deals:' || deals.id = defaults.record_key
    left join files on 'deals:' || deals.id = files.record_key
)

select * from mapped

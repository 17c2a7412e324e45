{# The whole of what a lead becomes: a Nutshell lead in the inbound pipeline. A converted
   one goes into its deal. #}
with

leads as (select * from {{ ref('stg_visual_practice__leads') }}),

resolved as (select * from {{ ref('int_leads_resolved') }}),

statuses as (
    select * from {{ ref('int_opportunities_mapped') }}
    where source_object = 'leads'
),

links as (select * from {{ ref('int_opportunity_links') }}),

amounts as (select * from {{ ref('int_opportunities_valued') }}),

packed as (
    select * from {{ ref('int_custom_fields_packed') }}
    where source_object = 'leads'
),

defaults as (select * from {{ ref('int_defaults_packed') }}),

files as (select * from {{ ref('int_files_linked') }}),

titles as (
    select
        id,
        coalesce({{ clean_text('title') }}, {{ setting('nameless_label') }}) as whole
    from leads
),

mapped as (
    select
        -- plumbing, never sent
        'leads' as source_object,
        leads.id as source_id,
        'leads:' || leads.id as record_key,
        'lead' as kind,
        cast(null as bigint) as nutshell_id,
        nullif(resolved.target_key, 'leads:' || leads.id) as survivor_key,
        resolved.bucket_reason,
        0 as level_within,
        statuses.outcome_name,
        amounts.currency_original,

        -- what is sent
        {{ within_limit_at_word('titles.whole', 'leads.description') }} as "description",
        'Users:' || resolved.nutshell_user_id as "assignee",
        links.account_keys[1] as "primaryAccount",
        links.account_keys[2:] as "accounts",
        links.contact_keys as "contacts",
        ['Sources:' || statuses.nutshell_source_id] as "sources",
        -- one pipeline beside the other, one tag beside the other: a lead and a deal stay apart
        {{ clean_tags(
            "list_concat(['Visual Practice lead'], " ~ import_tag() ~ ", leads.tags)"
        ) }} as "tags",
        statuses.stageset_id as "stagesetId",
        statuses.milestone_id as "milestoneId",
        amounts.converted as "value",
        statuses.closing as "status",
        if({{ behaviour('lead_created_time') }} = 'honoured', leads.created_at, null)
            as "createdTime",
        -- fields of the practice's own; where they say nothing, the defaults
        {{ laid_over(['defaults.default_fields', 'packed.custom_fields']) }} as "customFields",
        {{ record_marker("'leads:' || leads.id") }} as "customFields.Visual Practice ID",
        {{ practice_day('leads.created_at') }} as "customFields.Visual Practice created",
        {{ practice_instant('leads.created_at') }} as "customFields.Visual Practice created at",
        {{ practice_day('leads.modified_at') }} as "customFields.Visual Practice modified",
        {{ practice_instant('leads.modified_at') }} as "customFields.Visual Practice modified at",
        {{ within_limit(clean_text('leads.description'), 'long_text_length') }}
            as "customFields.Description",
        {{ within_limit(if_cut('titles.whole', 'leads.description'), 'long_text_length') }}
            as "customFields.Full title",
        files.files_text as "customFields.Files",
        statuses.status_name as "customFields.Lead status",
        amounts.amount_original_text as "customFields.Original amount",
        if(amounts.amount_original is null, null, amounts.currency_original)
            as "customFields.Original currency",
        if(amounts.rate_date is null, null, {{ plain_number('amounts.rate') }})
            as "customFields.Exchange rate",
        amounts.rate_date as "customFields.Rate date"
    from leads
    inner join titles on leads.id = titles.id
    inner join resolved on leads.id = resolved.source_id
    inner join statuses on leads.id = statuses.source_id
    inner join amounts on 'leads:' || leads.id = amounts.record_key
    left join links on 'leads:' || leads.id = links.record_key
    left join packed on leads.id = packed.source_id
    left join defaults on 'leads:' || leads.id = defaults.record_key
    left join files on 'leads:' || leads.id = files.record_key
)

select * from mapped

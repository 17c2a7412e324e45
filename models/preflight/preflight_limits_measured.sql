{# What the account uses of each limit, what the plan adds, and the most at any moment. #}
with

limits as (select * from {{ ref('limits') }}),

live_contacts as (
    select * from {{ ref('stg_nutshell__contacts') }}
    where not is_gone
),

open_leads as (
    select * from {{ ref('stg_nutshell__leads') }}
    where not is_gone and status in (0, 1)
),

live_fields as (select * from {{ ref('stg_nutshell__custom_fields') }}),

stagesets as (select * from {{ ref('stg_nutshell__stagesets') }}),

planned_records as (select * from {{ ref('preflight_planned_records') }}),

custom_fields as (select * from {{ ref('preflight_custom_fields') }}),

attachments as (select * from {{ ref('preflight_attachments') }}),

measured as (
    select
        'contacts' as limit_name,
        'contacts' as entity,
        (select count(*) from live_contacts) as used,
        count(*) filter (where entity = 'contacts') as planned,
        count(*) filter (where entity = 'contacts') as planned_peak
    from planned_records
    union all
    select
        'open_leads' as limit_name,
        'leads' as entity,
        (select count(*) from open_leads) as used,
        count(*) filter (where entity = 'leads' and is_open) as planned,
        count(*) filter (where entity = 'leads' and is_open)
        -- as many closed leads may be open for a moment as the loader has records under way;
        -- without the setting all of them
        + least(
            count(*) filter (where entity = 'leads' and not is_open),
            try_cast({{ setting('records_at_once') }} as bigint)
        ) as planned_peak
    from planned_records
    union all
    select
        'custom_fields' as limit_name,
        limits.entity,
        (
            select count(*) from live_fields
            where live_fields.entity = limits.entity
        ) as used,
        count(custom_fields.name) as planned,
        count(custom_fields.name) as planned_peak
    from limits
    left join custom_fields
        on limits.entity = custom_fields.entity and not custom_fields.is_there
    where limits.limit_name = 'custom_fields'
    group by limits.entity
    union all
    select
        'choices_per_field' as limit_name,
        'any' as entity,
        coalesce(max(len(choices)) filter (where is_there), 0) as used,
        0 as planned,
        coalesce(max(len(choices)), 0) as planned_peak
    from custom_fields
    union all
    select
        'custom_field_name_length' as limit_name,
        'any' as entity,
        0 as used,
        coalesce(max(length(name)), 0) as planned,
        coalesce(max(length(name)), 0) as planned_peak
    from custom_fields
    union all
    select
        'text_length' as limit_name,
        'any' as entity,
        0 as used,
        coalesce(max(longest) filter (where nutshell_type = 'Text'), 0) as planned,
        coalesce(max(longest) filter (where nutshell_type = 'Text'), 0) as planned_peak
    from custom_fields
    union all
    select
        'file_size' as limit_name,
        'files' as entity,
        0 as used,
        coalesce(max(size_bytes), 0) as planned,
        coalesce(max(size_bytes), 0) as planned_peak
    from attachments
    -- hosted files stand outside Nutshell: its limit is not theirs
    where route = 'upload'
    union all
    select
        'pipelines' as limit_name,
        'stagesets' as entity,
        count(*) as used,
        0 as planned,
        0 as planned_peak
    from stagesets
)

select * from measured

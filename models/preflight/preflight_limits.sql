with

limits as (select * from {{ ref('limits') }}),

settings as (select * from {{ ref('settings') }}),

live_contacts as (select * from {{ ref('stg_nutshell__contacts') }}),

live_leads as (select * from {{ ref('stg_nutshell__leads') }}),

live_fields as (select * from {{ ref('stg_nutshell__custom_fields') }}),

stagesets as (select * from {{ ref('stg_nutshell__stagesets') }}),

planned_records as (select * from {{ ref('preflight_planned_records') }}),

custom_fields as (select * from {{ ref('preflight_custom_fields') }}),

attachments as (select * from {{ ref('preflight_attachments') }}),

in_flight as (
    -- as many closed leads may be open for a moment as the loader has records under way; without
    -- the setting all of them
    select max(try_cast(value as bigint)) as leads_at_once
    from settings
    where name = 'records_at_once'
),

measured as (
    select
        'contacts' as limit_name,
        'contacts' as entity,
        (
            select count(*) from live_contacts
            where not live_contacts.is_gone
        ) as used,
        count(*) filter (where entity = 'contacts') as planned,
        count(*) filter (where entity = 'contacts') as planned_peak
    from planned_records
    union all
    select
        'open_leads' as limit_name,
        'leads' as entity,
        (
            select count(*) from live_leads
            where not live_leads.is_gone and live_leads.status in (0, 1)
        ) as used,
        count(*) filter (where entity = 'leads' and is_open) as planned,
        count(*) filter (where entity = 'leads' and is_open)
        + least(
            count(*) filter (where entity = 'leads' and not is_open),
            (select max(in_flight.leads_at_once) from in_flight)
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
),

checked as (
    select
        -- ids
        limits.limit_name,
        limits.entity,

        -- text
        limits.unit,
        limits.source,
        limits.note,

        -- numbers
        measured.used,
        measured.planned,
        case
            when limits.limit_name = 'choices_per_field' then measured.planned_peak
            else measured.used + measured.planned_peak
        end as peak,
        limits.max_value,

        -- flags
        -- a text too long is cut or waits by itself, in preflight_long_values
        coalesce(
            peak > limits.max_value and limits.limit_name <> 'text_length', false
        ) as is_over,

        -- times
        limits.as_of
    from limits
    left join measured
        on limits.limit_name = measured.limit_name and limits.entity = measured.entity
)

select * from checked

{{ config(materialized='ephemeral') }}

with

stagesets as (select * from {{ ref('stg_nutshell__stagesets') }}),

settings as (select * from {{ ref('settings') }}),

attachments as (
    select * from {{ ref('preflight_attachments') }}
    -- hosted files stand outside Nutshell: its limit is not theirs
    where route = 'upload'
),

there as (select count(*) as pipelines from stagesets),

wanted as (
    select count(distinct settings.value) as pipelines
    from settings
    left join stagesets on settings.value = stagesets.name
    where settings.name in ('leads_pipeline', 'deals_pipeline') and stagesets.name is null
),

measured as (
    select
        'pipelines' as limit_name,
        'stagesets' as entity,
        there.pipelines as used,
        wanted.pipelines as planned,
        there.pipelines + wanted.pipelines as peak
    from there
    cross join wanted
    union all
    select
        'file_size' as limit_name,
        'files' as entity,
        0 as used,
        coalesce(max(size_bytes), 0) as planned,
        coalesce(max(size_bytes), 0) as peak
    from attachments
)

select * from measured

{{ config(materialized='ephemeral') }}

with

limits_checked as (select * from {{ ref('preflight_limits') }}),

settings as (select * from {{ ref('settings') }}),

stagesets as (select * from {{ ref('stg_nutshell__stagesets') }}),

over_limit as (
    select
        'over_limit' as blocker_class,
        null::varchar as source_object,
        null::varchar as source_id,
        limit_name || ' ' || entity as subject,
        concat_ws(
            ' ',
            used || ' there + ' || planned || ' planned,',
            -- what is open for a moment, too: the sum alone may fit
            peak || ' at the peak, of ' || max_value,
            unit
        ) as detail,
        mend
    from limits_checked
    where is_over and is_gate
),

pipelines as (
    select
        'missing_target' as blocker_class,
        null::varchar as source_object,
        null::varchar as source_id,
        'pipeline ' || settings.value as subject,
        settings.name as detail,
        'make the pipeline in Nutshell or correct `' || settings.name
        || '` in seeds/policies/settings.csv; then `extract nutshell` and build' as mend
    from settings
    left join stagesets on settings.value = stagesets.name
    where settings.name in ('leads_pipeline', 'deals_pipeline') and stagesets.name is null
),

blockers as (
    select * from over_limit
    union all
    select * from pipelines
)

select * from blockers

{{ config(materialized='ephemeral') }}

with

limits_checked as (select * from {{ ref('preflight_limits') }}),

settings as (select * from {{ ref('settings') }}),

stagesets as (select * from {{ ref('stg_nutshell__stagesets') }}),

-- where single records or fields go over it, in the plan's order
without_room as (
    select
        limit_name,
        entity,
        arg_min(item, would_be) as first_item,
        count(*) as items
    from {{ ref('preflight_records_over_limit') }}
    group by limit_name, entity
),

over_limit as (
    select
        'over_limit' as blocker_class,
        null::varchar as source_object,
        null::varchar as source_id,
        limits_checked.limit_name || ' ' || limits_checked.entity as subject,
        concat_ws(
            ' ',
            limits_checked.used || ' there + ' || limits_checked.planned || ' planned,',
            -- what is open for a moment, too: the sum alone may fit
            limits_checked.peak || ' at the peak, of ' || limits_checked.max_value,
            limits_checked.unit
        ) as detail,
        limits_checked.mend
        || coalesce(
            '; ' || without_room.items || ' have no room, from ' || without_room.first_item
            || ' on: preflight_records_over_limit',
            ''
        ) as mend
    from limits_checked
    left join without_room
        on
            limits_checked.limit_name = without_room.limit_name
            and limits_checked.entity = without_room.entity
    where
        limits_checked.is_over
        and limits_checked.is_gate
        -- an account that was over it before stops no plan that adds nothing: preflight_limits
        -- shows it; of lengths and choices what is planned may be over it without a higher peak
        and (
            limits_checked.peak > limits_checked.used
            or limits_checked.planned > limits_checked.max_value
        )
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

with

-- blanks at a value's ends do not make it another value
deals as (
    select
        id,
        coalesce(trim(stage), '') as value_key,
        nullif(trim(source), '') as source
    from {{ ref('stg_visual_practice__deals') }}
),

stages as (
    select
        *,
        true as is_mapped
    from {{ ref('deal_stage') }}
),

milestones as (
    select
        *,
        true as is_mapped
    from {{ ref('deal_milestone') }}
),

outcomes as (
    select
        *,
        true as is_mapped
    from {{ ref('deal_outcome') }}
),

sources as (
    select
        *,
        true as is_mapped
    from {{ ref('source') }}
),

settings as (
    select * from {{ ref('settings') }}
    where name = 'deals_pipeline'
),

nutshell_stagesets as (select * from {{ ref('stg_nutshell__stagesets') }}),

nutshell_milestones as (select * from {{ ref('stg_nutshell__milestones') }}),

nutshell_outcomes as (select * from {{ ref('stg_nutshell__outcomes') }}),

nutshell_sources as (select * from {{ ref('stg_nutshell__sources') }}),

pipelines as (
    select min(nutshell_stagesets.stageset_id) as stageset_id
    from nutshell_stagesets
    inner join settings on lower(nutshell_stagesets.name) = lower(settings.value)
),

mapped as (
    select
        -- ids
        deals.id as source_id,
        pipelines.stageset_id,
        nutshell_milestones.milestone_id,
        nutshell_outcomes.outcome_id,
        nutshell_sources.source_id as nutshell_source_id,

        -- text
        stages.target_value as deal_stage,
        milestones.target_value as milestone_name,
        outcomes.target_value as outcome_name,
        sources.target_value as source_name,

        -- numbers
        nutshell_outcomes.status as outcome_status,

        -- a value without a row in its map stops the record: nothing is guessed
        concat_ws(
            ', ',
            if(stages.is_mapped is null, 'deal_stage', null),
            if(milestones.is_mapped is null, 'deal_milestone', null),
            if(outcomes.is_mapped is null, 'deal_outcome', null),
            if(deals.source is not null and sources.is_mapped is null, 'source', null)
        ) as unmapped_in,
        case
            when unmapped_in <> '' then 'unmapped_value'
            when pipelines.stageset_id is null then 'pipeline_missing'
            when nutshell_milestones.milestone_id is null then 'milestone_missing'
            when outcomes.target_value is not null and nutshell_outcomes.outcome_id is null
                then 'outcome_missing'
        end as reason
    from deals
    cross join pipelines
    left join stages on deals.value_key = coalesce(trim(stages.source_value), '')
    left join milestones on deals.value_key = coalesce(trim(milestones.source_value), '')
    left join outcomes on deals.value_key = coalesce(trim(outcomes.source_value), '')
    left join sources on deals.source = trim(sources.source_value)
    left join nutshell_milestones
        on
            pipelines.stageset_id = nutshell_milestones.stageset_id
            and lower(milestones.target_value) = lower(nutshell_milestones.name)
    left join nutshell_outcomes on lower(outcomes.target_value) = lower(nutshell_outcomes.name)
    left join nutshell_sources on lower(sources.target_value) = lower(nutshell_sources.name)
    -- where Nutshell has two of a name, the older one
    qualify row_number() over (
        partition by deals.id
        order by
            nutshell_milestones.milestone_id,
            nutshell_outcomes.outcome_id,
            nutshell_sources.source_id
    ) = 1
)

select * from mapped

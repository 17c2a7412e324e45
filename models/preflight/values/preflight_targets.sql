with

mapped_columns as (select * from {{ ref('mapped_columns') }}),

settings as (select * from {{ ref('settings') }}),

stagesets as (select * from {{ ref('stg_nutshell__stagesets') }}),

milestones as (select * from {{ ref('stg_nutshell__milestones') }}),

outcomes as (select * from {{ ref('stg_nutshell__outcomes') }}),

activity_types as (select * from {{ ref('stg_nutshell__activity_types') }}),

maps as (
    select distinct
        map,
        targets,
        setting
    from mapped_columns
),

stages as (
    select
        maps.map,
        milestones.name,
        milestones.position
    from maps
    inner join settings on maps.setting = settings.name
    inner join stagesets on lower(trim(settings.value)) = lower(trim(stagesets.name))
    inner join milestones on stagesets.stageset_id = milestones.stageset_id
    where maps.targets = 'milestones'
),

others as (
    select
        maps.map,
        outcomes.name,
        outcomes.status as position
    from maps
    inner join outcomes on maps.targets = 'outcomes'
    union all
    select
        map,
        'Pending' as name,
        1 as position
    from maps
    where
        targets = 'outcomes'
        and 'pending' not in (select coalesce(lower(outcomes.name), '') from outcomes)
    union all
    select
        maps.map,
        activity_types.name,
        activity_types.activity_type_id as position
    from maps
    inner join activity_types on maps.targets = 'activity_types'
),

targets as (
    select
        map,
        name,
        try_cast(min(position) as integer) as position
    from (
        select * from stages
        union all
        select * from others
    ) as both_kinds
    group by all
)

select * from targets

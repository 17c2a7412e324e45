{#
    What each status of a lead, and each stage of a deal, is in Nutshell. Blanks at a value's ends
    do not make it another value, nor do capitals one of Nutshell's names another name.
#}
with

values_in_use as (
    {%- for object, column, maps in [
        ('leads', 'status', ['lead_status', 'lead_milestone', 'lead_outcome']),
        ('deals', 'stage', ['deal_stage', 'deal_milestone', 'deal_outcome']),
    ] %}
        select distinct
            '{{ object }}' as source_object,
            coalesce(trim({{ column }}), '') as value_key,
            {{ maps }} as maps
        from {{ ref('stg_visual_practice__' ~ object) }}
        {{ "union all" if not loop.last }}
    {%- endfor %}
),

known as (select * from {{ ref('int_statuses_known') }}),

-- where Nutshell has two of a name, the older one
pipelines as (
    select
        split_part(settings.name, '_', 1) as source_object,
        min(stagesets.stageset_id) as stageset_id
    from {{ ref('settings') }} as settings
    inner join {{ ref('stg_nutshell__stagesets') }} as stagesets
        on lower(trim(settings.value)) = lower(trim(stagesets.name))
    where settings.name in ('leads_pipeline', 'deals_pipeline')
    group by settings.name
),

nutshell_milestones as (
    select
        stageset_id,
        lower(name) as name,
        min(milestone_id) as milestone_id
    from {{ ref('stg_nutshell__milestones') }}
    group by stageset_id, lower(name)
),

nutshell_outcomes as (
    select
        lower(name) as name,
        min(outcome_id) as outcome_id,
        coalesce(min_by(status, outcome_id), min(status)) as status
    from (
        select
            name,
            outcome_id,
            status
        from {{ ref('stg_nutshell__outcomes') }}
        union all
        -- pending closes nothing: no outcome, a flag that Nutshell has of its own
        select
            'Pending' as name,
            null as outcome_id,
            1 as status
    ) as with_pending
    group by lower(name)
),

mapped as (
    select
        -- ids
        values_in_use.source_object,
        pipelines.stageset_id,
        nutshell_milestones.milestone_id,
        nutshell_outcomes.outcome_id,

        -- text
        values_in_use.value_key,
        known.status_name,
        known.milestone_name,
        known.outcome_name,
        -- a value without a row in its map stops the record: nothing is guessed
        array_to_string(list_filter(
            values_in_use.maps, lambda map: not list_contains(coalesce(known.maps, []), map)
        ), ', ') as unmapped_in,
        case
            when pipelines.stageset_id is null then 'pipeline_missing'
            when nutshell_milestones.milestone_id is null then 'milestone_missing'
            when known.outcome_name is not null and nutshell_outcomes.name is null
                then 'outcome_missing'
        end as reason,

        -- numbers
        nutshell_outcomes.status as outcome_status
    from values_in_use
    left join pipelines on values_in_use.source_object = pipelines.source_object
    left join known
        on
            values_in_use.source_object = known.source_object
            and values_in_use.value_key = known.value_key
    left join nutshell_milestones
        on
            pipelines.stageset_id = nutshell_milestones.stageset_id
            and lower(known.milestone_name) = nutshell_milestones.name
    left join nutshell_outcomes on lower(known.outcome_name) = nutshell_outcomes.name
)

select * from mapped

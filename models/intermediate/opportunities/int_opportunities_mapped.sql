{# What the map makes of each lead and deal: its status or stage, and its source. #}
with

opportunities as (
    {%- for object, column in [('leads', 'status'), ('deals', 'stage')] %}
        select
            '{{ object }}' as source_object,
            id as source_id,
            coalesce(trim({{ column }}), '') as value_key,
            nullif(trim(source), '') as source
        from {{ ref('stg_visual_practice__' ~ object) }}
        {{ "union all" if not loop.last }}
    {%- endfor %}
),

statuses as (select * from {{ ref('int_statuses_mapped') }}),

sources as (
    select
        trim(source_value) as source_value,
        target_value,
        true as is_mapped
    from {{ ref('source') }}
),

-- where Nutshell has two of a name, the older one
nutshell_sources as (
    select
        lower(name) as name,
        min(source_id) as source_id
    from {{ ref('stg_nutshell__sources') }}
    group by lower(name)
),

mapped as (
    select
        -- ids
        opportunities.source_object,
        opportunities.source_id,
        statuses.stageset_id,
        statuses.milestone_id,
        statuses.outcome_id,
        nutshell_sources.source_id as nutshell_source_id,

        -- text
        statuses.status_name,
        statuses.milestone_name,
        statuses.outcome_name,
        sources.target_value as source_name,

        -- null stays open
        if(coalesce(statuses.outcome_id, statuses.outcome_status) is null, null, struct_pack(
            "outcomeId" := statuses.outcome_id, status := statuses.outcome_status
        )) as closing,

        -- a value without a row in its map stops the record: nothing is guessed
        concat_ws(
            ', ',
            nullif(statuses.unmapped_in, ''),
            if(opportunities.source is not null and sources.is_mapped is null, 'source', null)
        ) as unmapped_in,
        statuses.reason as status_reason
    from opportunities
    inner join statuses
        on
            opportunities.source_object = statuses.source_object
            and opportunities.value_key = statuses.value_key
    left join sources on opportunities.source = sources.source_value
    left join nutshell_sources on lower(sources.target_value) = nutshell_sources.name
),

judged as (
    select
        * exclude (status_reason),
        if(unmapped_in <> '', 'unmapped_value', status_reason) as reason
    from mapped
)

select * from judged

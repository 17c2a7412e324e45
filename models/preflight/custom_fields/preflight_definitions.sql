with

custom_fields as (select * from {{ ref('preflight_custom_fields') }}),

tags_in_use as (select * from {{ ref('preflight_tags') }}),

live_tags as (select * from {{ ref('stg_nutshell__tags') }}),

values_in_use as (select * from {{ ref('preflight_values_in_use') }}),

source_map as (select * from {{ ref('source') }}),

live_sources as (select * from {{ ref('stg_nutshell__sources') }}),

tags as (
    select
        tags_in_use.entity,
        tags_in_use.name,
        bool_or(live_tags.name is not null) as is_there
    from tags_in_use
    left join live_tags
        on
            lower(tags_in_use.name) = lower(live_tags.name)
            and tags_in_use.entity = lower(live_tags.entity_type)
    group by all
),

sources as (
    select
        source_map.target_value as name,
        bool_or(live_sources.name is not null) as is_there
    from values_in_use
    inner join source_map on values_in_use.source_value = source_map.source_value
    left join live_sources on lower(source_map.target_value) = lower(live_sources.name)
    where values_in_use.map = 'source' and source_map.target_value is not null
    group by all
),

-- tags and sources have a name, and nothing else to compare
named as (
    select
        'tag' as definition_kind,
        entity,
        name,
        is_there
    from tags
    union all
    select
        'source' as definition_kind,
        'leads' as entity,
        name,
        is_there
    from sources
),

definitions as (
    select
        'custom_field' as definition_kind,
        entity,
        name,
        nutshell_type,
        fallback_type,
        to_json(fitting_types)::varchar as fitting_types,
        to_json(choices)::varchar as choices,
        is_multiple,
        is_required,
        default_value,
        max_length,
        validation,
        state,
        create_via,
        note
    from custom_fields
    union all
    select
        definition_kind,
        entity,
        name,
        null as nutshell_type,
        null as fallback_type,
        '[]' as fitting_types,
        '[]' as choices,
        false as is_multiple,
        false as is_required,
        null as default_value,
        null as max_length,
        null as validation,
        if(is_there, 'present', 'missing') as state,
        'rpc' as create_via,
        null as note
    from named
)

select * from definitions

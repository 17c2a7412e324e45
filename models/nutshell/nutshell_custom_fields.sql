with

mapped as (select * from {{ ref('int_fields_mapped') }}),

settings as (select * from {{ ref('settings') }}),

-- a field that a setting names may be one that the account has had before, or none at all
built_in as (
    select distinct
        lower(source_kinds.entity_type) as entity,
        coalesce(settings.value, split_part(declared.name, '.', 2)) as name,
        declared.custom_type as type
    from {{ ref('stg_declarations__fields') }} as declared
    inner join {{ ref('source_kinds') }} as source_kinds
        on declared.source_object = source_kinds.source_object
    left join settings on declared.named_by = settings.name
    where declared.custom_type is not null and coalesce(settings.value, '') <> 'none'
),

-- what a value was before a map made it one with others
originals as (
    select distinct
        lower(source_kinds.entity_type) as entity,
        merging.kept_in as name
    from {{ ref('int_maps_merging') }} as merging
    inner join {{ ref('source_kinds') }} as source_kinds
        on merging.source_object = source_kinds.source_object
),

choices as (select * from {{ ref('int_field_choices') }}),

types as (select * from {{ ref('field_types') }}),

switches as (select * from {{ ref('nutshell_behaviour') }}),

wanted as (
    select
        entity,
        name,
        type,
        source_object || '.' || source_field as origin,
        is_multiple,
        is_required,
        default_value
    from mapped
    union all
    select
        entity,
        name,
        type,
        'migration' as origin,
        false as is_multiple,
        false as is_required,
        null as default_value
    from built_in
    union all
    select
        entity,
        name,
        'Text' as type,
        'migration' as origin,
        false as is_multiple,
        false as is_required,
        null as default_value
    from originals
),

grouped as (
    select
        entity,
        name,
        min(type) as type,
        string_agg(origin, ', ' order by origin) as origin,
        bool_or(is_multiple) as is_multiple,
        bool_and(is_required) as is_required,
        -- a lead's and a deal's may differ
        string_agg(distinct default_value, ' | ' order by default_value) as default_value
    from wanted
    group by entity, name
),

described as (
    select
        grouped.entity,
        grouped.name,
        grouped.type,
        coalesce(switches.setting, types.nutshell_type) as nutshell_type,
        types.fallback_type,
        string_split(coalesce(types.fitting_types, types.nutshell_type), ';') as fitting_types,
        coalesce(choices.choices, cast([] as varchar[])) as choices,
        grouped.is_multiple and grouped.type = 'Choice' as is_multiple,
        grouped.is_required,
        grouped.default_value,
        grouped.origin
    from grouped
    left join types on grouped.type = types.type
    left join switches on types.switched_by = switches.fact
    left join choices on grouped.entity = choices.entity and grouped.name = choices.name
)

select * from described

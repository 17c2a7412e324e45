with

maps as (
    select * from {{ ref('fields') }}
    -- a standard field of Nutshell is no custom field: models/nutshell carries it, or a gate
    -- says not
    where
        decision = 'map'
        and coalesce(target_type, '') not in ('Standard', 'Trailer')
        and source_object <> 'activities'
),

declared as (select * from {{ ref('stg_visual_practice__fields') }}),

permitted as (select * from {{ ref('int_fields_permitted') }}),

built_in as (select * from {{ ref('migration_fields') }}),

defaults as (select * from {{ ref('int_field_defaults') }}),

checkbox_values as (select distinct target_value from {{ ref('checkbox_values') }}),

pick_list_values as (select * from {{ ref('pick_list_values') }}),

statuses as (select distinct target_value from {{ ref('lead_status') }}),

stages as (select distinct target_value from {{ ref('deal_stage') }}),

mapped as (
    select
        if(maps.source_object in ('leads', 'deals'), 'leads', if(
            maps.source_object = 'organizations', 'accounts', 'contacts'
        )) as entity,
        maps.target_field as name,
        maps.target_type as type,
        maps.source_object || '.' || maps.source_field as origin,
        maps.source_object,
        maps.source_field,
        coalesce(declared.is_multiple, false) as is_multiple,
        coalesce(declared.is_required, false) as is_required,
        defaults.default_value
    from maps
    left join declared
        on maps.source_object = declared.object and maps.source_field = declared.field
    left join permitted
        on maps.source_object = permitted.object and maps.source_field = permitted.field
    left join defaults
        on
            maps.source_object = defaults.source_object
            and maps.source_field = defaults.source_field
    -- no field is made for what may not move
    where coalesce(permitted.policy, 'migrate') <> 'exclude'
),

options as (
    select
        mapped.entity,
        mapped.name,
        nullif(trim(pick_list_values.target_value), '') as target_value
    from mapped
    inner join pick_list_values
        on
            mapped.source_object = pick_list_values.source_object
            and mapped.source_field = pick_list_values.source_field
    where mapped.type = 'Choice'
    union
    -- what is put in by default must be a choice too
    select
        mapped.entity,
        mapped.name,
        unnest(try_cast(
            if(json_type(defaults.value) = 'ARRAY', defaults.value, json_array(defaults.value))
            as varchar[]
        )) as target_value
    from mapped
    inner join defaults
        on
            mapped.source_object = defaults.source_object
            and mapped.source_field = defaults.source_field
    where mapped.type = 'Choice'
    union
    select
        mapped.entity,
        mapped.name,
        checkbox_values.target_value
    from mapped
    cross join checkbox_values
    where mapped.type = 'Checkbox'
    union
    select
        'leads' as entity,
        'Lead status' as name,
        target_value
    from statuses
    union
    select
        'leads' as entity,
        'Deal stage' as name,
        target_value
    from stages
),

listed as (
    select
        entity,
        name,
        list(target_value order by target_value) as choices
    from options
    where target_value is not null
    group by entity, name
),

wanted as (
    select
        entity,
        name,
        type,
        origin,
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
        types.nutshell_type,
        coalesce(listed.choices, cast([] as varchar[])) as choices,
        grouped.is_multiple and grouped.type = 'Choice' as is_multiple,
        grouped.is_required,
        grouped.default_value,
        grouped.origin
    from grouped
    left join {{ ref('field_types') }} as types on grouped.type = types.type
    left join listed on grouped.entity = listed.entity and grouped.name = listed.name
)

select * from described

{# Every field of the source, declared or found in the data, and how much stands in it. #}
with

declared as (select * from {{ ref('stg_visual_practice__fields') }}),

seen as (select * from {{ ref('preflight_fields_seen') }}),

values_seen as (select * from {{ ref('preflight_values_seen') }}),

objects_fetched as (select * from {{ ref('preflight_objects_fetched') }}),

value_lists as (
    select
        object,
        field,
        list(value order by records desc, value asc) as options_seen
    from values_seen
    group by all
),

every_field as (
    select
        -- ids
        coalesce(declared.object, seen.object) as object,
        coalesce(declared.field, seen.field) as field,

        -- text
        declared.label,
        case
            when declared.field is null then 'undeclared'
            when coalesce(declared.is_custom, seen.is_custom) then 'custom'
            else 'standard'
        end as origin,
        declared.type as type_declared,
        seen.type_seen,
        seen.types_seen,
        declared.references_object,
        coalesce(declared.options, []) as options_declared,

        -- numbers
        seen.filled,
        seen.distinct_values,
        seen.longest,
        declared.max_length,

        -- flags
        coalesce(declared.is_custom, seen.is_custom) as is_custom,
        declared.field is not null as is_declared,
        coalesce(declared.is_required, false) as is_required,
        coalesce(declared.is_multiple, false) as is_multiple,
        coalesce(declared.is_phi, false) as is_phi
    from declared
    full join seen
        on
            declared.object = seen.object
            and declared.field = seen.field
            and declared.is_custom = seen.is_custom
),

found as (
    select
        every_field.* exclude (filled, distinct_values),
        coalesce(value_lists.options_seen, []) as options_seen,
        objects_fetched.records,
        -- of an object that was never asked for nothing is known
        if(objects_fetched.is_fetched, coalesce(every_field.filled, 0), null) as filled,
        if(objects_fetched.is_fetched, coalesce(every_field.distinct_values, 0), null)
            as distinct_values
    from every_field
    left join objects_fetched on every_field.object = objects_fetched.object
    left join value_lists
        on every_field.object = value_lists.object and every_field.field = value_lists.field
)

select * from found

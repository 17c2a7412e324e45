{# Every field of the source, declared or found in the data, and how much stands in it. #}
with

declared as (select * from {{ ref('stg_visual_practice__fields') }}),

seen as (select * from {{ ref('preflight_fields_seen') }}),

values_seen as (select * from {{ ref('preflight_values_seen') }}),

totals as (
    select
        object,
        max(filled) as records
    from seen
    where field = 'id' and not is_custom
    group by object
),

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
        coalesce(seen.filled, 0) as filled,
        coalesce(seen.distinct_values, 0) as distinct_values,
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
        every_field.*,
        coalesce(value_lists.options_seen, []) as options_seen,
        coalesce(totals.records, 0) as records
    from every_field
    left join totals on every_field.object = totals.object
    left join value_lists
        on every_field.object = value_lists.object and every_field.field = value_lists.field
)

select * from found

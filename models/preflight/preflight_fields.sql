with

declared as (select * from {{ ref('stg_visual_practice__fields') }}),

seen as (select * from {{ ref('preflight_fields_seen') }}),

values_seen as (select * from {{ ref('preflight_values_seen') }}),

standard_fields as (select * from {{ ref('standard_fields') }}),

fields as (select * from {{ ref('fields') }}),

field_classes as (select * from {{ ref('field_classes') }}),

objects as (select * from {{ ref('objects') }}),

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
        coalesce(declared.object, seen.object) as object,
        coalesce(declared.field, seen.field) as field,
        declared.label,
        declared.type as type_declared,
        seen.type_seen,
        seen.types_seen,
        declared.references_object,
        declared.options,
        declared.max_length,
        coalesce(seen.filled, 0) as filled,
        coalesce(seen.distinct_values, 0) as distinct_values,
        seen.longest,
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

placed as (
    select
        -- ids
        every_field.object,
        every_field.field,

        -- text
        every_field.label,
        case
            when not every_field.is_declared then 'undeclared'
            when every_field.is_custom then 'custom'
            else 'standard'
        end as origin,
        every_field.type_declared,
        every_field.type_seen,
        every_field.types_seen,
        every_field.references_object,
        coalesce(every_field.options, []) as options_declared,
        coalesce(value_lists.options_seen, []) as options_seen,
        objects.policy as object_policy,
        field_classes.policy as field_policy,
        fields.decision,
        fields.target_field,
        fields.target_type,
        case
            when coalesce(objects.policy, 'land_only') <> 'migrate'
                then 'stays behind: its object is ' || coalesce(objects.policy, 'in no policy')
            when field_classes.policy = 'exclude' then 'stays behind: ' || field_classes.reason
            when every_field.is_phi and field_classes.permitted_by is null
                then 'stays behind: patients'' data, and nobody has permitted it'
            when fields.decision = 'leave_out' then 'stays behind: ' || coalesce(fields.reason, '')
            when fields.decision = 'map' and fields.target_type = 'Trailer'
                then 'a line of the activity''s text: ' || fields.target_field
            when fields.decision = 'map' then 'custom field: ' || fields.target_field
            when not every_field.is_custom then standard_fields.goes_to
        end as goes_to,

        -- numbers
        coalesce(totals.records, 0) as records,
        every_field.filled,
        round(every_field.filled / nullif(totals.records, 0), 4) as fill_rate,
        every_field.distinct_values,
        every_field.longest,
        every_field.max_length,

        -- flags
        every_field.is_custom,
        every_field.is_declared,
        every_field.is_required,
        every_field.is_multiple,
        every_field.is_phi,
        fields.confirmed_by is not null as is_confirmed,
        fields.source_field is not null as is_in_map
    from every_field
    left join totals on every_field.object = totals.object
    left join value_lists
        on every_field.object = value_lists.object and every_field.field = value_lists.field
    left join standard_fields
        on
            every_field.object = standard_fields.source_object
            and every_field.field = standard_fields.source_field
    left join fields
        on every_field.object = fields.source_object and every_field.field = fields.source_field
    left join field_classes
        on every_field.object = field_classes.object and every_field.field = field_classes.field
    left join objects on every_field.object = objects.object
)

select * from placed

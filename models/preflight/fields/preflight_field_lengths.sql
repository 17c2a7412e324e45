{{ config(materialized='ephemeral') }}

with

field_values as (
    select * from {{ ref('int_custom_fields_typed') }}
    where target_type in ('Text', 'LongText') and value is not null
),

field_types as (select * from {{ ref('field_types') }}),

-- of values that stand together in one field each is as long as all of them
several as (
    select
        source_object,
        source_id,
        target_field
    from field_values
    group by source_object, source_id, target_field
    having count(*) > 1
),

together as (
    select
        field_values.source_object,
        field_values.source_id,
        field_values.target_field,
        field_values.target_type,
        list_distinct(list(field_values.source_field)) as source_fields,
        length(
            {{ joined_texts('list_sort(list_distinct(list(field_values.value)))') }}
        ) as characters
    from field_values
    inner join several
        on
            field_values.source_object = several.source_object
            and field_values.source_id = several.source_id
            and field_values.target_field = several.target_field
    group by all
),

lengths as (
    select
        field_values.source_object,
        field_values.source_id,
        field_values.source_field as field,
        field_values.target_type,
        length(field_values.value) as characters
    from field_values
    anti join several
        on
            field_values.source_object = several.source_object
            and field_values.source_id = several.source_id
            and field_values.target_field = several.target_field
    union all
    select
        source_object,
        source_id,
        unnest(source_fields) as field,
        target_type,
        characters
    from together
),

limited as (
    select
        -- ids
        lengths.source_object,
        lengths.source_id,
        lengths.field,

        -- text
        field_types.limit_name,

        -- numbers
        lengths.characters
    from lengths
    inner join field_types on lengths.target_type = field_types.type
)

select * from limited

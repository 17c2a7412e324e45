with

values_seen as (select * from {{ ref('preflight_values_seen') }}),

mapped_columns as (select * from {{ ref('mapped_columns') }}),

fields_audited as (select * from {{ ref('preflight_fields') }}),

in_columns as (
    select
        mapped_columns.map,
        mapped_columns.targets,
        mapped_columns.keeps_value,
        values_seen.object as source_object,
        values_seen.field as source_field,
        '' as key_object,
        '' as key_field,
        values_seen.value as source_value,
        values_seen.records
    from values_seen
    inner join mapped_columns
        on
            values_seen.object = mapped_columns.source_object
            and values_seen.field = mapped_columns.source_field
    where not values_seen.is_custom
),

without_value as (
    select
        mapped_columns.map,
        mapped_columns.targets,
        mapped_columns.keeps_value,
        fields_audited.object as source_object,
        fields_audited.field as source_field,
        '' as key_object,
        '' as key_field,
        '' as source_value,
        fields_audited.records - fields_audited.filled as records
    from fields_audited
    inner join mapped_columns
        on
            fields_audited.object = mapped_columns.source_object
            and fields_audited.field = mapped_columns.source_field
    -- a deal must stand in some stage, also one that names none
    where mapped_columns.needs_value and fields_audited.filled < fields_audited.records
),

in_fields as (
    select
        'pick_list_values' as map,
        'choices' as targets,
        true as keeps_value,
        values_seen.object as source_object,
        values_seen.field as source_field,
        values_seen.object as key_object,
        values_seen.field as key_field,
        values_seen.value as source_value,
        values_seen.records
    from values_seen
    inner join fields_audited
        on
            values_seen.object = fields_audited.object
            and values_seen.field = fields_audited.field
            and values_seen.is_custom = fields_audited.is_custom
    -- pick-lists that move as pick-lists: nothing else needs its values mapped
    where
        fields_audited.decision = 'map'
        and fields_audited.target_type = 'Choice'
        and fields_audited.goes_to not like 'stays behind%'
),

in_use as (
    select * from in_columns
    union all
    select * from without_value
    union all
    select * from in_fields
)

select * from in_use

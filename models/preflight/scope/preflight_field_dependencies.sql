with

fields_audited as (select * from {{ ref('preflight_fields') }}),

mapped_columns as (select * from {{ ref('mapped_columns') }}),

needed as (
    select
        object,
        field,
        'record' as needs,
        references_object as depends_on
    from fields_audited
    where references_object is not null
    union all
    select
        fields_audited.object,
        fields_audited.field,
        'value map' as needs,
        'seeds/value_maps/' || mapped_columns.map || '.csv' as depends_on
    from fields_audited
    inner join mapped_columns
        on
            fields_audited.object = mapped_columns.source_object
            and fields_audited.field = mapped_columns.source_field
    union all
    select
        object,
        field,
        'value map' as needs,
        'seeds/value_maps/pick_list_values.csv' as depends_on
    from fields_audited
    where decision = 'map' and target_type = 'Choice'
    union all
    select
        object,
        field,
        'custom field' as needs,
        target_field as depends_on
    from fields_audited
    where decision = 'map' and coalesce(target_type, '') not in ('Standard', 'Trailer')
    union all
    select
        object,
        field,
        'permission' as needs,
        'seeds/policies/field_classes.csv' as depends_on
    from fields_audited
    where is_phi and decision = 'map'
),

dependencies as (
    select distinct *
    from needed
)

select * from dependencies

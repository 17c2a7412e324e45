{{ config(materialized='ephemeral') }}

with

fields_audited as (select * from {{ ref('preflight_fields') }}),

objects as (select * from {{ ref('objects') }}),

field_types as (
    select
        type,
        unnest(string_split(source_types, ';')) as source_type
    from {{ ref('field_types') }}
),

unmapped as (
    select
        'unmapped_field' as blocker_class,
        fields_audited.object as source_object,
        null::varchar as source_id,
        fields_audited.object || '.' || fields_audited.field as subject,
        fields_audited.filled || ' values, ' || fields_audited.origin || ' field' as detail,
        'append to seeds/value_maps/fields.csv: ' || fields_audited.object || ','
        || {{ csv_cell('fields_audited.field') }} || ','
        || case
            -- of Nutshell's records these alone carry custom fields
            when fields_audited.object in ('organizations', 'people', 'leads', 'deals')
                then
                    {{ csv_cell("coalesce(fields_audited.label, fields_audited.field)") }} || ','
                    || coalesce(field_types.type, 'Text') || ',map,,0.80,a field of its own'
            else ',,leave_out,,0.90,Nutshell has no custom fields there'
        end
        || ',<your name>,<date>,' as mend
    from fields_audited
    left join field_types
        on
            coalesce(fields_audited.type_declared, fields_audited.type_seen)
            = field_types.source_type
    -- a field with values that nobody has placed would be lost in silence
    where fields_audited.goes_to is null and fields_audited.filled > 0
),

unconfirmed as (
    select
        'unconfirmed_map' as blocker_class,
        object as source_object,
        null::varchar as source_id,
        'fields: ' || object || '.' || field as subject,
        'proposed: ' || coalesce(target_field, decision) as detail,
        null::varchar as mend
    from fields_audited
    where is_in_map and not is_confirmed and filled > 0
),

unwired as (
    select
        'unwired_target' as blocker_class,
        object as source_object,
        null::varchar as source_id,
        object || '.' || field as subject,
        if(
            target_type = 'Standard',
            'would go to Nutshell''s own `' || target_field || '`',
            'activities take fields in their text only, and nothing else does (Trailer)'
        ) as detail,
        null::varchar as mend
    from fields_audited
    -- no model carries these: better a closed gate than values lost
    where
        decision = 'map'
        and filled > 0
        and (
            target_type = 'Standard'
            or (object = 'activities') <> coalesce(target_type = 'Trailer', false)
        )
),

phi as (
    select
        'unclassified_phi' as blocker_class,
        object as source_object,
        null::varchar as source_id,
        object || '.' || field as subject,
        filled || ' values, marked as patients'' data' as detail,
        'append to seeds/policies/field_classes.csv: ' || object || ',' || field
        || ',phi,exclude,,<reason>' as mend
    from fields_audited
    where is_phi and field_policy is null and object_policy = 'migrate' and filled > 0
),

unclassified_objects as (
    select
        'unclassified_object' as blocker_class,
        fields_audited.object as source_object,
        null::varchar as source_id,
        fields_audited.object as subject,
        max(fields_audited.records) || ' records' as detail,
        'append to seeds/policies/objects.csv: ' || fields_audited.object
        || ',<migrate|exclude|land_only|inventory>,<phi|contact|business>,<reason>' as mend
    from fields_audited
    left join objects on fields_audited.object = objects.object
    where objects.object is null
    group by fields_audited.object
),

blockers as (
    select * from unmapped
    union all
    select * from unconfirmed
    union all
    select * from unwired
    union all
    select * from phi
    union all
    select * from unclassified_objects
)

select * from blockers

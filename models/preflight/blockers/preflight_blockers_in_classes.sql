{{ config(materialized='ephemeral') }}
{# Fields and objects that no policy has classed, or has classed as nothing can be. #}
with

fields_audited as (select * from {{ ref('preflight_fields') }}),

objects as (select * from {{ ref('objects') }}),

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

-- an id is written on each record, and ties what hangs on it: the policy can not withhold it alone
keys_withheld as (
    select
        'key_withheld' as blocker_class,
        object as source_object,
        null::varchar as source_id,
        object || '.' || field as subject,
        'may not move: ' || goes_to as detail,
        null::varchar as mend
    from fields_audited
    where
        field = 'id'
        and not is_custom
        and object_policy = 'migrate'
        and (goes_to like 'stays behind%' or field_policy = 'mask')
        and filled > 0
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
    select * from phi
    union all
    select * from keys_withheld
    union all
    select * from unclassified_objects
)

select * from blockers

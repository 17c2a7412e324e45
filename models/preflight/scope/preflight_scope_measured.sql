{# How much there is of each object of the source, and how much of it needs a human. #}
with

fields_audited as (select * from {{ ref('preflight_fields') }}),

objects as (select * from {{ ref('objects') }}),

value_maps as (select * from {{ ref('preflight_value_maps') }}),

orphans as (select * from {{ ref('preflight_orphans') }}),

invalid_values as (select * from {{ ref('preflight_invalid_values') }}),

objects_fetched as (select * from {{ ref('preflight_objects_fetched') }}),

devices as (select * from {{ ref('preflight_devices_counted') }}),

dependencies as (select * from {{ ref('preflight_field_dependencies') }}),

per_field as (
    select
        object,
        count(*) as fields,
        count(*) filter (where origin = 'custom') as custom_fields,
        count(*) filter (where origin = 'undeclared') as undeclared_fields,
        count(*) filter (where is_phi) as phi_fields,
        count(*) filter (where goes_to is null and filled > 0) as open_decisions
    from fields_audited
    group by object
),

per_map as (
    select
        source_object as object,
        count(*) as mapped_values,
        count(*) filter (where not is_mapped) as unmapped_values
    from value_maps
    group by source_object
),

per_orphan as (
    select
        source_object as object,
        count(link) as orphan_links
    from orphans
    group by source_object
),

per_invalid as (
    select
        object,
        count(*) as invalid_values
    from invalid_values
    group by object
),

per_dependency as (
    select
        object,
        string_agg(field || ' → ' || depends_on, ', ' order by field, depends_on) as depends_on
    from dependencies
    group by object
),

measured as (
    select
        per_field.*,
        objects_fetched.records,
        objects_fetched.remark,
        per_dependency.depends_on,
        coalesce(per_map.mapped_values, 0) as mapped_values,
        coalesce(per_map.unmapped_values, 0) as unmapped_values,
        if(objects_fetched.is_fetched, coalesce(per_orphan.orphan_links, 0), null) as orphan_links,
        if(objects_fetched.is_fetched, coalesce(per_invalid.invalid_values, 0), null)
            as invalid_values,
        -- null where its records were never asked for; an object that names none has none
        if(devices.object is null, 0, devices.devices) as devices,
        if(devices.object is null, 0, devices.devices_confirmed) as devices_confirmed,
        coalesce(objects.policy, 'undecided') as policy,
        coalesce(objects.classification, 'undecided') as classification,
        objects.reason
    from per_field
    left join objects_fetched on per_field.object = objects_fetched.object
    left join per_dependency on per_field.object = per_dependency.object
    left join per_map on per_field.object = per_map.object
    left join per_orphan on per_field.object = per_orphan.object
    left join per_invalid on per_field.object = per_invalid.object
    left join devices on per_field.object = devices.object
    left join objects on per_field.object = objects.object
)

select * from measured

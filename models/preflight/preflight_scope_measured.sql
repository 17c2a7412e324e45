{# How much there is of each object of the source, and how much of it needs a human. #}
with

fields_audited as (select * from {{ ref('preflight_fields') }}),

objects as (select * from {{ ref('objects') }}),

value_maps as (select * from {{ ref('preflight_value_maps') }}),

orphans as (select * from {{ ref('preflight_orphans') }}),

invalid_values as (select * from {{ ref('preflight_invalid_values') }}),

not_migrating as (select * from {{ ref('preflight_not_migrating') }}),

per_field as (
    select
        object,
        max(records) as records,
        count(*) as fields,
        count(*) filter (where origin = 'custom') as custom_fields,
        count(*) filter (where origin = 'undeclared') as undeclared_fields,
        count(*) filter (where is_phi) as phi_fields,
        count(*) filter (where goes_to is null and filled > 0) as open_decisions,
        string_agg(
            distinct references_object, ', ' order by references_object
        ) filter (where references_object is not null) as depends_on
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
        count(*) as orphan_links
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

devices as (
    select
        object,
        count(*) as devices
    from not_migrating
    where item_kind = 'imaging device'
    group by object
),

measured as (
    select
        per_field.*,
        coalesce(per_map.mapped_values, 0) as mapped_values,
        coalesce(per_map.unmapped_values, 0) as unmapped_values,
        coalesce(per_orphan.orphan_links, 0) as orphan_links,
        coalesce(per_invalid.invalid_values, 0) as invalid_values,
        coalesce(devices.devices, 0) as devices,
        coalesce(objects.policy, 'undecided') as policy,
        coalesce(objects.classification, 'undecided') as classification,
        objects.reason
    from per_field
    left join per_map on per_field.object = per_map.object
    left join per_orphan on per_field.object = per_orphan.object
    left join per_invalid on per_field.object = per_invalid.object
    left join devices on per_field.object = devices.object
    left join objects on per_field.object = objects.object
)

select * from measured

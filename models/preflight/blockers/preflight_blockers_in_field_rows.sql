{{ config(materialized='ephemeral') }}
{# What speaks against the rows that seeds/value_maps/fields.csv has. #}
with

fields_audited as (select * from {{ ref('preflight_fields') }}),

-- a key may be empty, and an empty cell of a seed is null
maps as (
    select * replace (coalesce(source_field, '') as source_field) from {{ ref('fields') }}
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
    -- a default fills records of which the source says nothing: without values it is a row too
    where is_in_map and not is_confirmed and (filled > 0 or decision = 'map')
),

idle as (
    select
        'idle_row' as blocker_class,
        maps.source_object,
        null::varchar as source_id,
        'fields: ' || maps.source_object || '.' || maps.source_field as subject,
        'the practice has no such field, neither declared nor in a record' as detail,
        null::varchar as mend
    from maps
    anti join fields_audited
        on
            maps.source_object = fields_audited.object
            and maps.source_field = fields_audited.field
    -- its default would fill every record; signed and without one it waits for a field that
    -- nothing declares and no record has today, and does nothing until then
    where
        maps.decision = 'map'
        and (maps.confirmed_by is null or nullif(trim(maps.default_value), '') is not null)
    union all
    select
        'idle_row' as blocker_class,
        object as source_object,
        null::varchar as source_id,
        'fields: ' || object || '.' || field as subject,
        'left out by this row, but models carry it to ' || goes_to as detail,
        'take the line out of seeds/value_maps/fields.csv; to leave the values behind, exclude '
        || 'them in seeds/policies/field_classes.csv' as mend
    from fields_audited
    where decision = 'leave_out' and filled > 0 and not starts_with(goes_to, 'stays behind')
),

unwired as (
    select
        'unwired_target' as blocker_class,
        object as source_object,
        null::varchar as source_id,
        object || '.' || field as subject,
        if(
            target_type = 'Standard',
            'would go to Nutshell''s own `' || target_field || '`'
            || if(is_wired, ', which takes no default', ''),
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
            and (not is_wired or nullif(trim(default_value), '') is not null)
            or (object = 'activities') <> coalesce(target_type = 'Trailer', false)
        )
),

blockers as (
    select * from unconfirmed
    union all
    select * from idle
    union all
    select * from unwired
)

select * from blockers

{{ config(materialized='ephemeral') }}

with

fields_audited as (select * from {{ ref('preflight_fields') }}),

field_types as (
    select
        type,
        unnest(string_split(source_types, ';')) as source_type
    from {{ ref('field_types') }}
),

-- a field that is there in other letters is taken as it is written there: a second one, or a
-- name that differs by a capital, would only close the next gate
live_fields as (
    select
        source_kinds.source_object,
        lower(custom_fields.name) as known_by,
        min(custom_fields.name) as name
    from {{ ref('stg_nutshell__custom_fields') }} as custom_fields
    inner join {{ ref('source_kinds') }} as source_kinds
        on custom_fields.entity = lower(source_kinds.entity_type)
    group by source_kinds.source_object, known_by
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
            when not fields_audited.is_custom and contains(fields_audited.field, '.')
                then ',,leave_out,,0.50,Nutshell''s own list has no place for it'
            -- of Nutshell's records these alone carry custom fields
            when fields_audited.object not in ('organizations', 'people', 'leads', 'deals')
                then ',,leave_out,,0.90,Nutshell has no custom fields there'
            when live_fields.name is not null
                then
                    {{ csv_cell('live_fields.name') }} || ','
                    || coalesce(field_types.type, 'Text') || ',map,,0.97,the same word'
            -- as good as unsure: `load propose` writes over it
            else ',,,,0.10,run `load propose`'
        end
        || ',,,' as mend
    from fields_audited
    left join field_types
        on
            coalesce(fields_audited.type_declared, fields_audited.type_seen)
            = field_types.source_type
    left join live_fields
        on
            fields_audited.object = live_fields.source_object
            and lower(coalesce(fields_audited.label, fields_audited.field)) = live_fields.known_by
    -- a field with values that nobody has placed would be lost in silence
    where fields_audited.goes_to is null and fields_audited.filled > 0
)

select * from unmapped

{{ config(materialized='ephemeral') }}

with

value_maps as (
    select
        *,
        map || ': ' || source_object || '.' || source_field || ' '
        || coalesce(nullif(source_value, ''), '(empty)') as subject
    from {{ ref('preflight_value_maps') }}
),

unmapped as (
    select
        'unmapped_value' as blocker_class,
        source_object,
        null::varchar as source_id,
        subject,
        records || ' records' as detail,
        'append to ' || csv_file || ': ' || csv_line as mend
    from value_maps
    where not is_mapped
),

unconfirmed as (
    select
        'unconfirmed_map' as blocker_class,
        source_object,
        null::varchar as source_id,
        subject,
        'proposed: ' || coalesce(target_value, '(none)') as detail,
        null::varchar as mend
    from value_maps
    where is_mapped and not is_confirmed
),

without_target as (
    select distinct
        'missing_target' as blocker_class,
        source_object,
        null::varchar as source_id,
        map || ': ' || target_value as subject,
        'Nutshell has no such name now' as detail,
        'make `' || target_value || '` in Nutshell or correct it in ' || csv_file
        || '; then `extract nutshell` and build' as mend
    from value_maps
    where is_mapped and not target_exists
),

blockers as (
    select * from unmapped
    union all
    select * from unconfirmed
    union all
    select * from without_target
)

select * from blockers

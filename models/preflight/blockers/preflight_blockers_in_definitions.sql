{{ config(materialized='ephemeral') }}

with

definitions as (select * from {{ ref('preflight_definitions') }}),

custom_fields as (select * from {{ ref('preflight_custom_fields') }}),

names_refused as (select * from {{ ref('preflight_names_refused') }}),

named as (
    select
        *,
        -- as Nutshell's users call them: Contacts
        upper(entity[1]) || entity[2:] as entity_name
    from definitions
),

absent as (
    select
        case state when 'collision' then 'definition_collision' else 'missing_definition' end
            as blocker_class,
        null::varchar as source_object,
        null::varchar as source_id,
        definition_kind || ' ' || entity || ': ' || name as subject,
        concat_ws(', ', nutshell_type, note, 'by ' || create_via) as detail,
        case
            when state = 'collision'
                then
                    'have the administrator change field `' || name || '` on ' || entity_name
                    || ' (' || note || ') to ' || nutshell_type
                    || ', or rename the target in seeds/value_maps/fields.csv'
            when note like '%of its choices missing%'
                then
                    'have the administrator let field `' || name || '` on ' || entity_name
                    || ' offer all of ' || array_to_string(from_json(choices, '["varchar"]'), ' | ')
            when definition_kind = 'source'
                then 'create it: `load fields --create --by NAME`'
            when create_via = 'rest'
                then
                    'create field `' || name || '` on ' || entity_name || ' (' || nutshell_type
                    || '): `load fields --create --by NAME`'
            else
                'have the administrator create field `' || name || '` on ' || entity_name || ' ('
                || nutshell_type || ')'
        end || '; then `extract nutshell` and build' as mend
    from named
    -- a payload names a source by its id: without one its records would move and not say it
    where state <> 'present' and definition_kind in ('custom_field', 'source')
),

invalid as (
    select
        'invalid_definition' as blocker_class,
        null::varchar as source_object,
        null::varchar as source_id,
        entity || ': ' || name as subject,
        problem as detail,
        null::varchar as mend
    from custom_fields
    where problem is not null
    union all
    select
        'invalid_definition' as blocker_class,
        null::varchar as source_object,
        null::varchar as source_id,
        definition_kind || ' ' || place as subject,
        problem as detail,
        mend
    from names_refused
),

blockers as (
    select * from absent
    union all
    select * from invalid
)

select * from blockers

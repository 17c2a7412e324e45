-- A field of patients' data reaches a Nutshell-shaped table only if somebody signed for it.
with

permitted as (
    select * from {{ ref('int_fields_permitted') }}
    where is_phi and permitted_by is null
),

typed as (
    select * from {{ ref('int_custom_fields_typed') }}
    where value is not null
),

custom_fields as (select * from {{ ref('nutshell_custom_fields') }}),

people as (
    select * from {{ ref('nutshell_people') }}
    where payload is not null
),

births as (
    select
        'people' as object,
        source.id as source_id,
        'date_of_birth' as field
    from {{ ref('stg_visual_practice__people') }} as source
    inner join people on source.id = people.source_id
    inner join permitted on permitted.object = 'people' and permitted.field = 'date_of_birth'
    where
        contains(people.custom_fields, '"' || strftime(source.date_of_birth, '%Y-%m-%d') || '"')
        and strftime(source.date_of_birth, '%Y-%m-%d') <> strftime(people.created_at, '%Y-%m-%d')
        and strftime(source.date_of_birth, '%Y-%m-%d') <> strftime(people.modified_at, '%Y-%m-%d')
),

leaks as (
    select
        typed.source_object as object,
        typed.source_id,
        typed.source_field as field
    from typed
    inner join permitted
        on typed.source_object = permitted.object and typed.source_field = permitted.field
    union all
    select
        permitted.object,
        custom_fields.name as source_id,
        permitted.field
    from custom_fields
    inner join permitted
        on list_contains(
            string_split(custom_fields.origin, ', '), permitted.object || '.' || permitted.field
        )
    union all
    select * from births
)

select * from leaks

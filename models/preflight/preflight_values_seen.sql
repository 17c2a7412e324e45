with

entries as (select * from {{ ref('preflight_entries') }}),

fields as (select * from {{ ref('stg_visual_practice__fields') }}),

mapped_columns as (select * from {{ ref('mapped_columns') }}),

permitted as (select * from {{ ref('int_fields_permitted') }}),

pick_lists as (
    select
        object,
        field
    from fields
    where type = 'picklist'
    union
    -- columns whose values a map translates, whatever the metadata call them
    select
        source_object as object,
        source_field as field
    from mapped_columns
),

chosen as (
    select
        entries.object,
        entries.field,
        entries.is_custom,
        unnest(
            case
                when json_type(entries.value) = 'ARRAY' then entries.value ->> '$[*]'
                when fields.is_multiple then string_split(entries.value ->> '$', ';')
                else [entries.value ->> '$']
            end
        ) as value
    from entries
    inner join pick_lists
        on
            entries.object = pick_lists.object
            and entries.field = pick_lists.field
    left join fields
        on
            entries.object = fields.object
            and entries.field = fields.field
    left join permitted
        on
            entries.object = permitted.object
            and entries.field = permitted.field
    -- reviewers read these lists, so what patients have in a field that stays behind is not in them
    where not (coalesce(permitted.is_phi, false) and permitted.policy <> 'migrate')
),

counted as (
    select
        -- ids
        object,
        field,

        -- text
        trim(value) as value,

        -- numbers
        count(*) as records,

        -- flags
        is_custom
    from chosen
    group by all
)

select * from counted

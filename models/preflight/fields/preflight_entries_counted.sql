{#
    All entries in one walk: what each field holds, by type, and of the fields with a list of values
    each value too.
#}
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

readable as (
    select
        pick_lists.*,
        true as is_readable
    from pick_lists
    left join permitted
        on
            pick_lists.object = permitted.object
            and pick_lists.field = permitted.field
    -- reviewers read these lists, so what patients have in a field that stays behind is not in them
    where not (coalesce(permitted.is_phi, false) and permitted.policy <> 'migrate')
),

typed as (
    select
        entries.object,
        entries.field,
        entries.is_custom,
        entries.value ->> '$' as text,
        if(readable.is_readable, entries.value, null) as value,
        {{ type_of_json('json_type(entries.value)', type_of_text("entries.value ->> '$'")) }}
            as type_seen,
        -- which keys the parts of a list have, "" being none; few records differ in that
        case
            when
                not entries.is_custom and json_type(entries.value) in ('ARRAY', 'OBJECT')
                and contains(entries.value::varchar, '{')
                then json_structure(
                    try_cast(replace(entries.value::varchar, ':""', ':null') as json)
                )::varchar
        end as structure
    from entries
    left join readable on entries.object = readable.object and entries.field = readable.field
),

counted as (
    select
        -- ids
        object,
        field,

        -- text
        type_seen,
        value,
        structure,

        -- numbers
        count(*) as entries,
        approx_count_distinct(text) as distinct_values,
        max(length(text)) as longest,

        -- flags
        is_custom
    from typed
    group by all
)

select * from counted

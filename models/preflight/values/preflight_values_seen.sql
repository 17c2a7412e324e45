with

entries as (
    select * from {{ ref('preflight_entries_counted') }}
    where value is not null
),

fields as (select * from {{ ref('stg_visual_practice__fields') }}),

chosen as (
    select
        entries.object,
        entries.field,
        entries.is_custom,
        entries.entries,
        unnest(
            case
                when json_type(entries.value) = 'ARRAY' then entries.value ->> '$[*]'
                when fields.is_multiple then string_split(entries.value ->> '$', ';')
                else [entries.value ->> '$']
            end
        ) as value
    from entries
    left join fields
        on
            entries.object = fields.object
            and entries.field = fields.field
),

counted as (
    select
        -- ids
        object,
        field,

        -- text
        trim(value) as value,

        -- numbers
        try_cast(sum(entries) as bigint) as records,

        -- flags
        is_custom
    from chosen
    -- an empty element of a list is no value, as int_custom_field_values has it
    where nullif(trim(value), '') is not null
    group by all
)

select * from counted

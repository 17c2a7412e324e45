with

custom_fields as (
    select
        *,
        unnest(string_split(origin, ', ')) as origin_field
    from {{ ref('nutshell_custom_fields') }}
    where type = 'Choice'
),

live_fields as (select * from {{ ref('stg_nutshell__custom_fields') }}),

choices as (
    select
        -- ids
        split_part(custom_fields.origin_field, '.', 1) as source_object,
        split_part(custom_fields.origin_field, '.', 2) as source_field,

        -- text
        unnest(live_fields.choices) as choice,

        -- numbers
        generate_subscripts(live_fields.choices, 1) as position
    from custom_fields
    inner join live_fields
        on
            custom_fields.entity = live_fields.entity
            and lower(trim(custom_fields.name)) = lower(trim(live_fields.name))
    where custom_fields.origin_field <> 'migration'
)

select * from choices

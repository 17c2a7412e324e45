{# How each field of each kind of record is compared: objects that become one kind declare it
   alike. #}
with

declared as (select * from {{ ref('stg_declarations__fields') }}),

fields as (
    select
        -- ids
        kind,
        name as field,

        -- text
        any_value(step) as part_of,
        any_value(comparison) as comparison,
        any_value(payload_key) as payload_key,
        any_value(seen_key) as seen_key,

        -- flags
        bool_or(is_list) as is_list,
        bool_or(is_defaulted) as is_defaulted
    from declared
    -- a custom field's own rule goes by its type, unless it is declared with one
    where name not like 'customFields.%' and kind <> 'file'
    group by kind, name
)

select * from fields

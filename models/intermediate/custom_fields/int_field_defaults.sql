{# What stands in a new record's custom field where the source says nothing, typed as its field. #}
with

maps as (
    select * from {{ ref('fields') }}
    -- a standard field of Nutshell is no custom field; most fields have no default, and stay empty
    where
        decision = 'map'
        and coalesce(target_type, '') not in ('Standard', 'Trailer')
        and nullif(trim(default_value), '') is not null
),

permitted as (select * from {{ ref('int_fields_permitted') }}),

declared as (select * from {{ ref('stg_visual_practice__fields') }}),

checkbox_values as (select * from {{ ref('checkbox_values') }}),

chosen as (
    select
        maps.source_object,
        maps.source_field,
        maps.target_field,
        maps.target_type,
        trim(maps.default_value) as default_value,
        coalesce(declared.is_multiple, false) as is_multiple,
        checkbox_values.target_value as checked,
        date_orders.date_order
    from maps
    left join permitted
        on maps.source_object = permitted.object and maps.source_field = permitted.field
    left join declared
        on maps.source_object = declared.object and maps.source_field = declared.field
    left join checkbox_values
        on
            maps.target_type = 'Checkbox'
            and lower(trim(maps.default_value)) = checkbox_values.source_value
    -- a default is written as the values of its field are
    left join {{ ref('int_date_orders') }} as date_orders
        on maps.source_object = date_orders.object and maps.source_field = date_orders.field
    -- a field that stays behind, or moves masked, is not made up
    where coalesce(permitted.policy, 'migrate') = 'migrate'
    -- where two fields of the source fill one, the first by name
    qualify row_number() over (
        partition by maps.source_object, maps.target_field order by maps.source_field
    ) = 1
),

typed as (
    select
        -- ids
        source_object,
        source_field,
        target_field,

        -- text
        target_type,
        default_value,
        -- null where it is not what its field takes: preflight_custom_fields closes the gate
        case
            when target_type = 'Number'
                then try_cast(regexp_replace(
                    cast({{ parse_decimal('default_value') }} as varchar), '\.?0+$', ''
                ) as json)
            when target_type = 'Date'
                then to_json(strftime(
                    {{ parse_date('default_value', 'date_order') }}, '%Y-%m-%d'
                ))
            when target_type = 'Checkbox' then to_json(checked)
            when target_type = 'Choice' and is_multiple
                then to_json(list_sort(list_transform(
                    string_split(default_value, ';'), lambda choice: trim(choice)
                )))
            else to_json(default_value)
        end as value
    from chosen
)

select * from typed

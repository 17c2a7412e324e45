{# In which order the practice writes day and month: in its standard columns, and in its own
   fields that become dates. #}
with

standard as (select * from {{ ref('stg_visual_practice__date_orders') }}),

maps as (
    select * from {{ ref('fields') }}
    where decision = 'map' and target_type = 'Date'
),

texts as (
    select
        field_values.source_object as object,
        field_values.source_field as field,
        field_values.original as text
    from {{ ref('int_custom_field_values') }} as field_values
    semi join maps
        on
            field_values.source_object = maps.source_object
            and field_values.source_field = maps.source_field
    where {{ is_of_two_readings('field_values.original') }}
),

{{ date_orders_of('texts') }},

orders as (
    select * from standard
    union all
    select * from ordered
    anti join standard on ordered.object = standard.object and ordered.field = standard.field
)

select * from orders

{# A Nutshell activity takes no custom fields. Those that seeds/value_maps/fields.csv sends to the
   text (target_type Trailer) stand there in a line; the others stay behind, with a reason. #}
with

activities as (select * from {{ ref('stg_visual_practice__activities') }}),

maps as (
    select * from {{ ref('fields') }}
    where source_object = 'activities' and decision = 'map' and target_type = 'Trailer'
),

permitted as (
    select * from {{ ref('int_fields_permitted') }}
    where object = 'activities'
),

found as (
    select
        activities.id as source_id,
        maps.target_field,
        {{ json_member('activities.custom_fields', 'maps.source_field') }} as value
    from activities
    cross join maps
    left join permitted on maps.source_field = permitted.field
    where coalesce(permitted.policy, 'migrate') = 'migrate'
),

texts as (
    select
        source_id,
        target_field,
        if(
            json_type(value) = 'ARRAY',
            array_to_string(list_filter(value ->> '$[*]', lambda item: item is not null), ', '),
            value ->> '$'
        ) as text
    from found
),

cleaned as (
    select
        source_id,
        target_field,
        {{ clean_line('text') }} as line
    from texts
),

kept as (
    select
        source_id,
        string_agg(target_field || ' = ' || line, ' · ' order by target_field) as fields_text
    from cleaned
    where line is not null
    group by source_id
)

select * from kept

{% set joined_values = "string_agg(distinct value, ', ' order by value)" %}

with

typed as (
    select * from {{ ref('int_custom_fields_typed') }}
    where value is not null
),

fields as (
    select
        source_object,
        source_id,
        target_field,
        target_type,
        case
            -- several choices stay a list, several texts become one
            when target_type = 'Choice' and bool_or(is_multiple)
                then to_json(list(distinct value order by value))
            when target_type = 'Number'
                then cast(min_by(value, (source_field, position)) as json)
            when target_type = 'Text'
                then to_json({{ within_limit(joined_values, 'text_length') }})
            when target_type = 'LongText'
                then to_json({{ within_limit(joined_values, 'long_text_length') }})
            else to_json(min_by(value, (source_field, position)))
        end as value
    from typed
    group by source_object, source_id, target_field, target_type
),

packed as (
    select
        source_object,
        source_id,
        cast(to_json(map_from_entries(
            list(struct_pack(field := target_field, value := value) order by target_field)
        )) as varchar) as custom_fields
    from fields
    group by source_object, source_id
)

select * from packed

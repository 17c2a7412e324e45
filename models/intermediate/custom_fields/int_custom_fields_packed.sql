with

typed as (
    select
        source_object,
        source_id,
        source_field,
        position,
        target_field,
        target_type,
        value,
        is_multiple
    from {{ ref('int_custom_fields_typed') }}
    where value is not null
    union all
    select
        source_object,
        source_id,
        source_field,
        position,
        target_field,
        target_type,
        value,
        false as is_multiple
    from {{ ref('int_originals_kept') }}
),

gathered as (
    select
        source_object,
        source_id,
        target_field,
        -- one field of Nutshell has one type: two that the map names are a closed gate
        min(target_type) as target_type,
        bool_or(is_multiple) as is_multiple,
        list_sort(list_distinct(list(value))) as choices,
        -- of several source fields, or values, that can not be joined the first stands for all
        min_by(value, (source_field, position)) as first_value
    from typed
    group by source_object, source_id, target_field
),

fields as (
    select
        source_object,
        source_id,
        target_field,
        case
            -- several choices stay a list, several texts become one
            when target_type = 'Choice' and is_multiple then to_json(choices)
            -- a text field keeps the digits as they are written
            when target_type = 'Number' and {{ behaviour('number_type') }} <> 'Text'
                then try_cast(first_value as json)
            when target_type = 'Text'
                then to_json({{ within_limit(joined_texts('choices'), 'text_length') }})
            when target_type = 'LongText'
                then to_json({{ within_limit(joined_texts('choices'), 'long_text_length') }})
            else to_json(first_value)
        end as value
    from gathered
),

listed as (
    select
        source_object,
        source_id,
        {{ list_in_order('struct_pack(field := target_field, value := value)', 'target_field') }}
            as entries -- noqa: PRS
    from fields
    group by source_object, source_id
),

packed as (
    select
        source_object,
        source_id,
        cast(to_json(map_from_entries(entries)) as varchar) as custom_fields
    from listed
)

select * from packed

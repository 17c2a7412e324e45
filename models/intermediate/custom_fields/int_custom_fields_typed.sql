with

field_values as (
    select
        *,
        {{ clean_line('original') }} as line
    from {{ ref('int_custom_field_values') }}
),

maps as (
    select * from {{ ref('fields') }}
    -- a standard field of Nutshell is no custom field
    where decision = 'map' and coalesce(target_type, '') not in ('Standard', 'Trailer')
),

permitted as (select * from {{ ref('int_fields_permitted') }}),

declared as (select * from {{ ref('stg_visual_practice__fields') }}),

pick_list_values as (select * from {{ ref('pick_list_values') }}),

joined as (
    select
        field_values.*,
        maps.target_field,
        maps.target_type,
        coalesce(permitted.policy, 'migrate') as policy,
        coalesce(declared.is_multiple, false) as is_multiple,
        case maps.target_type
            when 'Number'
                then {{ plain_number(parse_decimal('field_values.line')) }}
            when 'Date'
                then {{ parse_date('field_values.line', 'date_orders.date_order') }}::varchar
            when 'Choice' then nullif(trim(pick_list_values.target_value), '')
            when 'Checkbox' then checkbox_values.target_value
            when 'LongText' then nullif(trim(replace(field_values.original, chr(0), '')), '')
            else field_values.line
        end as typed,
        pick_list_values.source_object is not null as is_listed
    from field_values
    inner join maps
        on
            field_values.source_object = maps.source_object
            and field_values.source_field = maps.source_field
    left join permitted
        on
            field_values.source_object = permitted.object
            and field_values.source_field = permitted.field
    left join declared
        on
            field_values.source_object = declared.object
            and field_values.source_field = declared.field
    left join pick_list_values
        on
            field_values.source_object = pick_list_values.source_object
            and field_values.source_field = pick_list_values.source_field
            and trim(field_values.original) = trim(pick_list_values.source_value)
    left join {{ ref('int_date_orders') }} as date_orders
        on
            field_values.source_object = date_orders.object
            and field_values.source_field = date_orders.field
    left join {{ ref('checkbox_values') }} as checkbox_values
        on lower(trim(field_values.original)) = checkbox_values.source_value
),

judged as (
    select
        -- ids
        joined.source_object,
        joined.source_id,
        joined.source_field,
        joined.position,

        -- text
        joined.target_field,
        joined.target_type,
        -- what a person may see is masked or absent before it is anything else
        case joined.policy
            when 'migrate' then joined.typed
            when 'mask' then if(joined.target_type in ('Text', 'LongText'), '***', null)
        end as value,
        case
            when joined.policy = 'exclude' then 'excluded_by_policy'
            when joined.line is null then 'placeholder'
            -- a value that the map sends nowhere on purpose is no problem, only left out
            when joined.target_type = 'Choice' and joined.is_listed and joined.typed is null
                then 'left_out'
            when joined.target_type = 'Choice' and joined.typed is null then 'unmapped_value'
            when joined.typed is null then 'unparsable'
        end as problem,
        if(joined.policy = 'migrate', joined.original, null) as original,

        -- flags
        joined.is_multiple,
        joined.is_custom
    from joined
)

select * from judged

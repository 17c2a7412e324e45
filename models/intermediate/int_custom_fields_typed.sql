with

field_values as (select * from {{ ref('int_custom_field_values') }}),

maps as (
    select * from {{ ref('fields') }}
    -- a standard field of Nutshell is no custom field: models/nutshell carries it, or a gate
    -- says not
    where decision = 'map' and coalesce(target_type, '') not in ('Standard', 'Trailer')
),

permitted as (select * from {{ ref('int_fields_permitted') }}),

declared as (select * from {{ ref('stg_visual_practice__fields') }}),

pick_list_values as (
    select
        *,
        true as is_listed
    from {{ ref('pick_list_values') }}
),

checkbox_values as (select * from {{ ref('checkbox_values') }}),

cleaned as (
    select
        *,
        {{ clean_line('original') }} as line
    from field_values
),

joined as (
    select
        cleaned.*,
        maps.target_field,
        maps.target_type,
        coalesce(permitted.policy, 'migrate') as policy,
        coalesce(declared.is_multiple, false) as is_multiple,
        case maps.target_type
            when 'Number'
                then regexp_replace(
                    cast({{ parse_decimal('cleaned.line') }} as varchar), '\.?0+$', ''
                )
            when 'Date' then strftime({{ parse_date('cleaned.line') }}, '%Y-%m-%d')
            when 'Choice' then nullif(trim(pick_list_values.target_value), '')
            when 'Checkbox' then checkbox_values.target_value
            when 'LongText' then nullif(trim(replace(cleaned.original, chr(0), '')), '')
            else cleaned.line
        end as typed,
        pick_list_values.is_listed
    from cleaned
    inner join maps
        on
            cleaned.source_object = maps.source_object
            and cleaned.source_field = maps.source_field
    left join permitted
        on
            cleaned.source_object = permitted.object
            and cleaned.source_field = permitted.field
    left join declared
        on
            cleaned.source_object = declared.object
            and cleaned.source_field = declared.field
    left join pick_list_values
        on
            cleaned.source_object = pick_list_values.source_object
            and cleaned.source_field = pick_list_values.source_field
            and trim(cleaned.original) = trim(pick_list_values.source_value)
    left join checkbox_values
        on lower(trim(cleaned.original)) = checkbox_values.source_value
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

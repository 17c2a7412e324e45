with

compared as (select * from {{ ref('preflight_custom_fields_compared') }}),

limits as (select * from {{ ref('limits') }}),

caps as (
    select
        max(max_value) filter (where limit_name = 'custom_field_name_length') as name_length,
        max(max_value) filter (where limit_name = 'choices_per_field') as choices_per_field,
        max(max_value) filter (where limit_name = 'text_length') as text_length
    from limits
),

judged as (
    select
        -- ids
        compared.entity,
        compared.name,

        -- text
        compared.type,
        compared.nutshell_type,
        compared.choices,
        compared.default_value,
        compared.origin,
        case compared.type
            when 'Number' then 'a number'
            when 'Date' then 'a date, as 2026-10-30'
            when 'Choice' then 'one of its choices'
            when 'Checkbox' then 'Yes or No'
            else 'text'
        end as validation,
        compared.state,
        -- a choice is added to a field that is there by the administrator only
        case
            when compared.is_there then 'administrator'
            else coalesce(compared.create_via, 'administrator')
        end as create_via,
        case
            when not compared.is_there then compared.type_note
            when compared.difference is not null then compared.difference
            -- no gate: preflight_long_values says what becomes of them
            when compared.nutshell_type = 'Text' and compared.longest > caps.text_length
                then 'some values have more than ' || caps.text_length || ': LongText takes them'
        end as note,
        case
            when length(compared.name) > caps.name_length
                then 'its name has more than ' || caps.name_length || ' characters'
            when len(compared.choices) > caps.choices_per_field
                then 'it has more than ' || caps.choices_per_field || ' choices'
            when compared.has_unusable_default
                then 'its default `' || compared.default_value || '` is no ' || compared.type
            when
                compared.nutshell_type = 'Text'
                and length(compared.default_value) > caps.text_length
                then 'its default has more than ' || caps.text_length || ' characters'
        end as problem,

        -- numbers
        compared.filled,
        compared.longest,
        -- those that are there do not count again against the plan's cap
        case
            when not compared.is_there
                then count(*) filter (where not compared.is_there)
                    over (partition by compared.entity order by compared.origin, compared.name)
        end as position_among_new,

        -- flags
        compared.is_multiple,
        compared.is_required,
        compared.is_there
    from compared
    cross join caps
)

select * from judged

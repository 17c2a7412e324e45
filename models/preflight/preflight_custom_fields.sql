with

custom_fields as (select * from {{ ref('nutshell_custom_fields') }}),

live_fields as (select * from {{ ref('stg_nutshell__custom_fields') }}),

limits as (select * from {{ ref('limits') }}),

defaults as (select * from {{ ref('int_field_defaults') }}),

field_makers as (select * from {{ ref('field_makers') }}),

fields_audited as (select * from {{ ref('preflight_fields') }}),

longest_values as (
    select
        case object
            when 'organizations' then 'accounts'
            when 'people' then 'contacts'
            else 'leads'
        end as entity,
        target_field as name,
        max(longest) as longest,
        sum(filled) as filled
    from fields_audited
    where decision = 'map' and target_type is distinct from 'Trailer'
    group by all
),

unusable_defaults as (
    select distinct
        case source_object
            when 'organizations' then 'accounts'
            when 'people' then 'contacts'
            else 'leads'
        end as entity,
        target_field as name
    from defaults
    where value is null
),

caps as (
    select
        max(max_value) filter (where limit_name = 'custom_field_name_length') as name_length,
        max(max_value) filter (where limit_name = 'choices_per_field') as choices_per_field,
        max(max_value) filter (where limit_name = 'text_length') as text_length
    from limits
),

compared as (
    select
        custom_fields.entity,
        custom_fields.name,
        custom_fields.type,
        custom_fields.nutshell_type,
        custom_fields.origin,
        custom_fields.default_value,
        coalesce(custom_fields.choices, []) as choices,
        coalesce(custom_fields.is_multiple, false) as is_multiple,
        coalesce(custom_fields.is_required, false) as is_required,
        unusable_defaults.name is not null as has_unusable_default,
        longest_values.longest,
        longest_values.filled,
        live_fields.name is not null as is_there,
        live_fields.nutshell_type as live_type,
        list_filter(
            coalesce(custom_fields.choices, []),
            lambda choice: not list_contains(  -- noqa: RF02
                coalesce(live_fields.choices, []), choice  -- noqa: RF02
            )
        ) as choices_missing,
        field_makers.create_via,
        field_makers.note as type_note
    from custom_fields
    left join live_fields
        on
            custom_fields.entity = live_fields.entity
            and lower(trim(custom_fields.name)) = lower(trim(live_fields.name))
    left join longest_values
        on custom_fields.entity = longest_values.entity and custom_fields.name = longest_values.name
    left join unusable_defaults
        on
            custom_fields.entity = unusable_defaults.entity
            and custom_fields.name = unusable_defaults.name
    left join field_makers on custom_fields.nutshell_type = field_makers.nutshell_type
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
        case
            when not compared.is_there then 'missing'
            when lower(compared.live_type) <> lower(compared.nutshell_type) then 'collision'
            when len(compared.choices_missing) > 0 then 'missing'
            else 'present'
        end as state,
        -- a choice is added to a field that is there by the administrator only
        case
            when compared.is_there then 'administrator'
            else coalesce(compared.create_via, 'administrator')
        end as create_via,
        case
            when not compared.is_there then compared.type_note
            when lower(compared.live_type) <> lower(compared.nutshell_type)
                then 'there already as ' || compared.live_type
            when len(compared.choices_missing) > 0
                then 'choices missing: ' || array_to_string(compared.choices_missing, ' | ')
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

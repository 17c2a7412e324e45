with

compared as (select * from {{ ref('preflight_custom_fields_compared') }}),

counted as (select * from {{ ref('preflight_custom_fields_counted') }}),

field_types as (select * from {{ ref('field_types') }}),

limits as (select * from {{ ref('limits') }}),

ordered as (
    select
        compared.*,
        field_types.validation,
        limits.max_value as most_characters,
        if(field_types.limit_name is null, null, least(compared.max_length, limits.max_value))
            as takes_characters,
        -- those that are there do not count again against the plan's cap
        case
            when not compared.is_there
                then count(*) filter (where not compared.is_there)
                    over (partition by compared.entity order by compared.origin, compared.name)
        end as position_among_new
    from compared
    left join field_types on compared.type = field_types.type
    left join limits on field_types.limit_name = limits.limit_name
),

judged as (
    select
        -- ids
        ordered.entity,
        ordered.name,

        -- text
        ordered.type,
        ordered.nutshell_type,
        ordered.fallback_type,
        ordered.fitting_types,
        ordered.choices,
        ordered.default_value,
        ordered.origin,
        concat_ws(
            ', ',
            ordered.validation,
            if(ordered.is_multiple, 'several at once', null),
            'at most ' || ordered.takes_characters || ' characters',
            if(ordered.is_required, 'required', null)
        ) as validation,
        ordered.state,
        -- what is there is changed by the administrator only, a choice added, too
        case
            when ordered.is_there then 'administrator'
            else coalesce(ordered.create_via, 'administrator')
        end as create_via,
        nullif(concat_ws(
            '; ',
            coalesce(ordered.difference, if(ordered.is_there, null, ordered.type_note)),
            -- no gate: preflight_long_values says what becomes of them
            if(
                ordered.nutshell_type = 'Text' and ordered.longest > ordered.most_characters,
                'some values have more than ' || ordered.most_characters || ': LongText takes them',
                null
            ),
            if(
                ordered.empty_but_required > 0,
                ordered.empty_but_required || ' records lack a value that the source demands:'
                || ' default_value in seeds/value_maps/fields.csv fills them',
                null
            )
        ), '') as note,
        case
            when length(ordered.name) > counted.name_length
                then 'its name has more than ' || counted.name_length || ' characters'
            when len(ordered.choices) > counted.choices_per_field
                then 'it has more than ' || counted.choices_per_field || ' choices'
            when ordered.has_unusable_default
                then 'its default `' || ordered.default_value || '` is no ' || ordered.type
            when
                ordered.nutshell_type = 'Text'
                and length(ordered.default_value) > ordered.most_characters
                then 'its default has more than ' || ordered.most_characters || ' characters'
        end as problem,

        -- numbers
        ordered.filled,
        ordered.longest,
        ordered.max_length,
        ordered.empty_but_required,
        ordered.position_among_new,

        -- flags
        ordered.is_multiple,
        ordered.is_required,
        ordered.is_there,
        coalesce(ordered.position_among_new > counted.fields_left, false) as over_plan_cap
    from ordered
    left join counted on ordered.entity = counted.entity
)

select * from judged

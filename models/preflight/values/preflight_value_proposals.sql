{# The target that a first look gives to each value in use: `load propose` looks closer. #}
with

values_in_use as (select * from {{ ref('preflight_values_in_use') }}),

likened as (select * from {{ ref('preflight_values_likened') }}),

proposed as (
    select distinct
        -- ids
        values_in_use.map,
        values_in_use.key_object,
        values_in_use.key_field,
        values_in_use.source_value,

        -- text
        case
            when likened.likeness is not null then likened.fitting
            when values_in_use.keeps_value and values_in_use.source_value <> ''
                then values_in_use.source_value
            when values_in_use.targets = 'outcomes' then ''
            else coalesce(likened.first_name, '')
        end as proposed_value,
        case
            when likened.likeness = 0.97 then 'the same word'
            when likened.likeness is not null then 'means the same'
            when values_in_use.keeps_value and values_in_use.source_value <> ''
                then 'kept as it is'
            when values_in_use.targets = 'outcomes' then 'nothing says that it is closed'
            else 'where all begin'
        end as reason,

        -- numbers
        case
            when likened.likeness = 0.97 then 0.97
            -- two that fit as well as each other are half a proposal each
            when likened.likeness is not null then likened.likeness / likened.fitting_names
            when values_in_use.keeps_value and values_in_use.source_value <> ''
                then if(likened.first_name is null, 0.85, 0.6)
            when values_in_use.targets = 'outcomes' then 0.6
            else 0.3
        end::decimal(3, 2) as confidence
    from values_in_use
    left join likened
        on
            values_in_use.map = likened.map
            and values_in_use.key_object = likened.key_object
            and values_in_use.key_field = likened.key_field
            and values_in_use.source_value = likened.source_value
)

select * from proposed

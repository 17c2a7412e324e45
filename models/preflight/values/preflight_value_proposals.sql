{# The target that a first look gives to each value in use: `load propose` looks closer. How sure
   each likeness makes, and why, is told by seeds/reference/likenesses.csv. #}
with

values_in_use as (select * from {{ ref('preflight_values_in_use') }}),

likened as (select * from {{ ref('preflight_values_likened') }}),

likenesses as (select * from {{ ref('likenesses') }}),

placed as (
    select distinct
        -- ids
        values_in_use.map,
        values_in_use.key_object,
        values_in_use.key_field,
        values_in_use.source_value,

        -- text
        likened.fitting,
        likened.first_name,
        case
            when likened.likeness is not null then likened.likeness
            when values_in_use.keeps_value and values_in_use.source_value <> ''
                then if(likened.first_name is null, 'first_of_its_kind', 'beside_others')
            when values_in_use.targets = 'outcomes' then 'not_closed'
            else 'unlike_any'
        end as likeness,

        -- numbers
        likened.fitting_names
    from values_in_use
    left join likened
        on
            values_in_use.map = likened.map
            and values_in_use.key_object = likened.key_object
            and values_in_use.key_field = likened.key_field
            and values_in_use.source_value = likened.source_value
),

proposed as (
    select
        -- ids
        placed.map,
        placed.key_object,
        placed.key_field,
        placed.source_value,

        -- text
        coalesce(
            case likenesses.proposes
                when 'the fitting name' then placed.fitting
                when 'the value itself' then placed.source_value
                when 'the first name' then placed.first_name
            end,
            ''
        ) as proposed_value,
        likenesses.reason,

        -- numbers: two that fit as well as each other are half a proposal each
        cast(
            likenesses.confidence / if(likenesses.is_shared, placed.fitting_names, 1)
            as decimal(3, 2)
        ) as confidence
    from placed
    inner join likenesses on placed.likeness = likenesses.likeness
)

select * from proposed

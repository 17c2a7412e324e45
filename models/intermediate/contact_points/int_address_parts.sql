{# To which address each part from a field of the practice's own belongs. What is left of a field's
   name without the words for parts (home_street, work_street) tells one address from the other, if
   more than one field goes to a part or more than one part has it; a street's second line is one. #}
with

points as (
    select
        *,
        coalesce(part, 'street') as slot,
        trim(regexp_replace(
            lower(source_field),
            'address|street|line|city|town|state|province|region|postal|post|zip|code|country'
            || '|[^\p{L}]', ' ', 'g'
        )) as words,
        -- a list holds as many addresses as it has entries
        row_number() over (
            partition by source_object, source_id, source_field, part order by position
        ) as entry_number
    from {{ ref('int_points_mapped') }}
    where kind = 'address'
),

slots as (
    select
        source_object,
        slot,
        count(distinct nullif(words, '')) > 1 as has_several
    from points
    group by source_object, slot
),

names as (
    select
        points.source_object,
        points.words,
        bool_or(slots.has_several) or count(distinct points.slot) > 1 as is_address
    from points
    inner join slots
        on points.source_object = slots.source_object and points.slot = slots.slot
    where points.words <> ''
    group by points.source_object, points.words
),

grouped as (
    select
        points.* exclude (words),
        if(names.is_address, points.words, null) as address_name
    from points
    left join names
        on points.source_object = names.source_object and points.words = names.words
),

counted as (
    select
        *,
        row_number() over (
            partition by source_object, source_id, address_name, entry_number, slot
            order by position
        ) as nth
    from grouped
),

placed as (
    select
        -- ids
        source_object,
        source_id,
        source_field,

        -- text
        coalesce(address_name, 'address') as label,
        value,
        -- null: it has no place
        case
            when nth = 1 then slot
            when nth = 2 and slot = 'street' then 'street2'
        end as place,

        -- numbers
        entry_number,
        position
    from counted
)

select * from placed

{{ config(materialized='ephemeral') }}

with

organizations as (select * from {{ ref('stg_visual_practice__organizations') }}),

people as (select * from {{ ref('stg_visual_practice__people') }}),

records as (
    select
        'organizations' as object,
        id,
        name,
        phones,
        addresses
    from organizations
    where not is_deleted
    union all
    select
        'people' as object,
        id,
        concat_ws(' ', first_name, last_name) as name,
        phones,
        addresses
    from people
    where not is_deleted
),

streets as (
    select
        object,
        id,
        name,
        phones,
        [lower(trim(address.street)) for address in coalesce(addresses, [])] as streets
    from records
),

traits as (
    select
        object,
        id,
        -- the words of the name, without those that every second practice bears
        list_sort(list_distinct(list_filter(
            string_split_regex(lower(strip_accents(coalesce(name, ''))), '[^a-z0-9]+'),
            lambda word: word not in (
                '', 'inc', 'llc', 'ltd', 'co', 'the', 'of', 'and', 'a', 'for', 'at', 'center'
            )
        ))) as name_words,
        -- seven digits: an area code is often missing
        list_distinct(list_filter(
            [
                right(
                    regexp_replace(regexp_replace(phone.value, '[.]0$', ''), '[^0-9]', '', 'g'), 7
                )
                for phone in coalesce(phones, [])
            ],
            lambda digits: length(digits) = 7
        )) as phone_keys,
        -- the house number and how its street begins, without North and South
        list_distinct(list_filter(
            [
                regexp_extract(street, '^([0-9]+)', 1) || ' ' || left(
                    regexp_extract(
                        street,
                        '^[0-9]+[-0-9]*\s+(?:(?:n|s|e|w|north|south|east|west)[. ]+)?([a-z0-9]+)',
                        1
                    ),
                    5
                )
                for street in streets if street is not null
            ],
            lambda house: regexp_matches(house, '^[0-9]+ [a-z0-9]{2}')
        )) as address_keys
    from streets
)

select * from traits
where len(name_words) > 0

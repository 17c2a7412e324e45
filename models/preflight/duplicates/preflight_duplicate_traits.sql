{{ config(materialized='ephemeral') }}

with

names as (select * from {{ ref('preflight_duplicate_names') }}),

streets as (
    select
        *,
        [lower(trim(address.street)) for address in coalesce(addresses, [])] as streets
    from names
),

traits as (
    select
        object,
        id,
        name_words,
        word_forms,
        generation,
        date_of_birth,
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

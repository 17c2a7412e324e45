{{ config(materialized='ephemeral') }}

with

organizations as (select * from {{ ref('stg_visual_practice__organizations') }}),

people as (select * from {{ ref('stg_visual_practice__people') }}),

nicknames as (
    select
        nickname,
        list(name) as names
    from {{ ref('nicknames') }}
    group by nickname
),

words_without_weight as (
    select
        coalesce(list(word) filter (where role in ('legal_form', 'everyday')), []) as everywhere,
        coalesce(list(word) filter (where role = 'generation'), []) as generations
    from {{ ref('name_words') }}
),

records as (
    select
        'organizations' as object,
        id,
        name,
        null as date_of_birth,
        phones,
        addresses
    from organizations
    where not is_deleted
    union all
    select
        'people' as object,
        id,
        concat_ws(' ', first_name, last_name, suffix) as name,
        date_of_birth,
        phones,
        addresses
    from people
    where not is_deleted
),

worded as (
    select
        *,
        -- without the words that every second practice bears
        list_sort(list_distinct(list_filter(
            string_split_regex(lower(strip_accents(coalesce(name, ''))), '[^a-z0-9]+'),
            lambda word: word <> '' and not list_contains(everywhere, word)
        ))) as words
    from records
    cross join words_without_weight
),

parted as (
    select
        * exclude (words, everywhere, generations),
        -- a father and his son share all the rest
        coalesce(list_intersect(words, generations)[1], '') as generation,
        if(
            object = 'people',
            list_filter(words, lambda word: not list_contains(generations, word)),
            words
        ) as name_words
    from worded
),

spelled as (
    select
        parted.object,
        parted.id,
        list(list_prepend(parts.word, coalesce(nicknames.names, []))) as word_forms
    from parted, unnest(parted.name_words) as parts (word)
    left join nicknames on parts.word = nicknames.nickname
    where parted.object = 'people'
    group by parted.object, parted.id
),

named as (
    select
        parted.*,
        -- each word of a person's name with the names that it is short for
        spelled.word_forms
    from parted
    left join spelled on parted.object = spelled.object and parted.id = spelled.id
    where len(parted.name_words) > 0
)

select * from named

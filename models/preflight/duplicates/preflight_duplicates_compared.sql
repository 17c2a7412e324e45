{{ config(materialized='ephemeral') }}

{# Pairs of records that share a telephone number or a house, with their names. They are joined on
   one key: on object and id DuckDB would pair each record with all of its object first. #}
with

traits as (
    select
        *,
        object || ':' || id as record_key
    from {{ ref('preflight_duplicate_traits') }}
    where len(phone_keys) > 0 or len(address_keys) > 0
),

keys as (
    select
        object,
        record_key,
        'phone ' || unnest(phone_keys) as key
    from traits
    union all
    select
        object,
        record_key,
        'address ' || unnest(address_keys) as key
    from traits
),

telling_keys as (
    select *
    from keys
    -- a switchboard or an office tower says nothing about who is who, and would pair everybody
    qualify count(*) over (partition by object, key) <= 30
),

pairs as (
    select
        mine.record_key as my_key,
        theirs.record_key as their_key,
        bool_or(starts_with(mine.key, 'phone')) as has_same_phone,
        bool_or(starts_with(mine.key, 'address')) as has_same_address
    from telling_keys as mine
    inner join telling_keys as theirs
        on
            mine.object = theirs.object
            and mine.key = theirs.key
            and mine.record_key < theirs.record_key
    group by all
),

compared as (
    select
        mine.object,
        mine.id,
        theirs.id as other_id,
        pairs.has_same_phone,
        pairs.has_same_address,
        mine.name_words as my_words,
        theirs.name_words as their_words,
        mine.word_forms as my_forms,
        theirs.word_forms as their_forms,
        mine.generation as my_generation,
        theirs.generation as their_generation,
        len(mine.address_keys) > 0
        and len(theirs.address_keys) > 0
        and not pairs.has_same_address as has_other_address,
        coalesce(mine.date_of_birth <> theirs.date_of_birth, false) as has_other_birth_date
    from pairs
    inner join traits as mine on pairs.my_key = mine.record_key
    inner join traits as theirs on pairs.their_key = theirs.record_key
)

select * from compared

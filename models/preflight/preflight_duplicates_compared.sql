{# Pairs of records that share a telephone number or a house, and how alike their names are. #}
with

traits as (
    select * from {{ ref('preflight_duplicate_traits') }}
    where len(phone_keys) > 0 or len(address_keys) > 0
),

keys as (
    select
        object,
        id,
        'phone ' || unnest(phone_keys) as key
    from traits
    union all
    select
        object,
        id,
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
        mine.object,
        mine.id,
        theirs.id as other_id,
        bool_or(starts_with(mine.key, 'phone')) as has_same_phone,
        bool_or(starts_with(mine.key, 'address')) as has_same_address
    from telling_keys as mine
    inner join telling_keys as theirs
        on mine.object = theirs.object and mine.key = theirs.key and mine.id < theirs.id
    group by all
),

compared as (
    select
        pairs.*,
        greatest(
            jaro_winkler_similarity(
                array_to_string(mine.name_words, ' '), array_to_string(theirs.name_words, ' ')
            ),
            if(
                -- one name within the other; a single word is no proof between people
                least(len(mine.name_words), len(theirs.name_words))
                >= if(pairs.object = 'people', 2, 1),
                len(list_intersect(mine.name_words, theirs.name_words))
                / least(len(mine.name_words), len(theirs.name_words)),
                0
            )
        ) as name_likeness,
        len(mine.address_keys) > 0
        and len(theirs.address_keys) > 0
        and not pairs.has_same_address as has_other_address
    from pairs
    inner join traits as mine on pairs.object = mine.object and pairs.id = mine.id
    inner join traits as theirs on pairs.object = theirs.object and pairs.other_id = theirs.id
)

select * from compared

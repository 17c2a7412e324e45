{# How alike the names of each pair are. Between people whole words count: a mother and her
   daughter, and a Jan and a Dan, have names that are nearly the same. #}
with

compared as (select * from {{ ref('preflight_duplicates_compared') }}),

leftovers as (
    select
        *,
        -- the words of one that the other has in no form
        list_filter(
            my_forms, lambda forms: not list_has_any(forms, flatten(their_forms))
        ) as mine_left,
        list_filter(
            their_forms, lambda forms: not list_has_any(forms, flatten(my_forms))
        ) as theirs_left,
        least(len(my_words), len(their_words)) as least_words,
        list_intersect(my_words, their_words) as shared_words
    from compared
),

slips as (
    select
        *,
        mine_left[1][1] as my_word,
        theirs_left[1][1] as their_word
    from leftovers
),

likened as (
    select
        object,
        id,
        other_id,
        has_same_phone,
        has_same_address,
        has_other_address,
        has_other_birth_date,
        case
            when object = 'organizations'
                then
                    greatest(
                        jaro_winkler_similarity(
                            array_to_string(my_words, ' '), array_to_string(their_words, ' ')
                        ),
                        -- one name within the other
                        len(shared_words) / least_words
                    )
            -- a single word is no proof between people, and a Junior is not his father
            when least_words < 2 or my_generation <> their_generation then 0
            when len(mine_left) = 0 or len(theirs_left) = 0 then 1
            -- a slip of the pen; a word that ends otherwise is another name (Maria, Marie)
            when
                len(mine_left) = 1
                and len(theirs_left) = 1
                and least(length(my_word), length(their_word)) >= 5
                and damerau_levenshtein(my_word, their_word) = 1
                and left(my_word, 1) = left(their_word, 1)
                and right(my_word, 1) = right(their_word, 1)
                then 0.95
            else 0
        end as name_likeness,
        object = 'people'
        and len(shared_words) < least_words
        and (len(mine_left) = 0 or len(theirs_left) = 0) as is_short_form
    from slips
)

select * from likened

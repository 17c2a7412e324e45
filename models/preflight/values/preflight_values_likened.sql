{# For each value in use the name most like it: the same word, or one that means the same. #}
with

values_in_use as (select * from {{ ref('preflight_values_in_use') }}),

names as (select * from {{ ref('preflight_target_names') }}),

synonyms as (select * from {{ ref('synonyms') }}),

likenesses as (select * from {{ ref('likenesses') }}),

texts as (
    select distinct source_value as text from values_in_use
    union
    select distinct name as text from names
),

words as (
    select
        text,
        unnest(string_split_regex(lower(strip_accents(text)), '[^a-z0-9]+')) as word
    from texts
    -- `not interested` means nothing that `interested` does
    where not regexp_matches(lower(text), '\bnot\b')
    union
    -- `word of mouth` is none of its words
    select
        text,
        lower(strip_accents(trim(text))) as word
    from texts
),

meanings as (
    select
        words.text,
        list(distinct synonyms.concept) as concepts
    from words
    inner join synonyms on words.word = synonyms.word
    group by words.text
),

paired as (
    select
        values_in_use.map,
        values_in_use.key_object,
        values_in_use.key_field,
        values_in_use.source_value,
        names.name,
        case
            when lower(trim(values_in_use.source_value)) = lower(trim(names.name)) then 'same_word'
            when list_has_any(mine.concepts, theirs.concepts) then 'same_meaning'
        end as likeness,
        names.position
    from values_in_use
    inner join names
        on
            values_in_use.map = names.map
            and values_in_use.key_object = names.key_object
            and values_in_use.key_field = names.key_field
    left join meanings as mine on values_in_use.source_value = mine.text
    left join meanings as theirs on names.name = theirs.text
),

likened as (
    select
        paired.map,
        paired.key_object,
        paired.key_field,
        paired.source_value,
        arg_max(
            paired.name,
            case
                when likenesses.likeness is not null
                    then (likenesses.confidence, -paired.position)
            end
        ) as fitting,
        arg_max(likenesses.likeness, likenesses.confidence) as likeness,
        count(distinct paired.name) filter (where likenesses.is_shared) as fitting_names,
        arg_min(paired.name, paired.position) as first_name
    from paired
    left join likenesses on paired.likeness = likenesses.likeness
    group by paired.map, paired.key_object, paired.key_field, paired.source_value
)

select * from likened

{# For each value in use the name most like it: the same word, or one that means the same. #}
with

values_in_use as (select * from {{ ref('preflight_values_in_use') }}),

names as (select * from {{ ref('preflight_target_names') }}),

synonyms as (select * from {{ ref('synonyms') }}),

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
            when lower(trim(values_in_use.source_value)) = lower(trim(names.name)) then 0.97
            when list_has_any(mine.concepts, theirs.concepts) then 0.8
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
        map,
        key_object,
        key_field,
        source_value,
        arg_max(name, (likeness, -position)) filter (where likeness is not null) as fitting,
        max(likeness) as likeness,
        count(distinct name) filter (where likeness = 0.8) as fitting_names,
        arg_min(name, position) as first_name
    from paired
    group by map, key_object, key_field, source_value
)

select * from likened

with

values_in_use as (select * from {{ ref('preflight_values_in_use') }}),

targets as (select * from {{ ref('preflight_targets') }}),

choices as (select * from {{ ref('preflight_choices') }}),

live_sources as (select * from {{ ref('stg_nutshell__sources') }}),

mapped_columns as (select * from {{ ref('mapped_columns') }}),

synonyms as (select * from {{ ref('synonyms') }}),

names as (
    select
        map,
        '' as key_object,
        '' as key_field,
        name,
        position
    from targets
    union all
    select
        map,
        '' as key_object,
        '' as key_field,
        unnest(string_split(choices, ';')) as name,
        generate_subscripts(string_split(choices, ';'), 1) as position
    from mapped_columns
    where choices is not null
    union all
    select
        'source' as map,
        '' as key_object,
        '' as key_field,
        name,
        source_id as position
    from live_sources
    union all
    select
        'pick_list_values' as map,
        source_object as key_object,
        source_field as key_field,
        choice as name,
        position
    from choices
),

texts as (
    select distinct source_value as text from values_in_use
    union
    select distinct name as text from names
),

words as (
    select
        text,
        unnest(string_split_regex(lower(text), '[^a-z0-9]+')) as word
    from texts
    -- `not interested` means nothing that `interested` does
    where not regexp_matches(lower(text), '\bnot\b')
    union
    -- `word of mouth` is none of its words
    select
        text,
        lower(trim(text)) as word
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

-- two that fit as well as each other are half a proposal each
best as (
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
),

proposed as (
    select distinct
        -- ids
        values_in_use.map,
        values_in_use.key_object,
        values_in_use.key_field,
        values_in_use.source_value,

        -- text
        case
            when best.likeness is not null then best.fitting
            when values_in_use.keeps_value and values_in_use.source_value <> ''
                then values_in_use.source_value
            when values_in_use.targets = 'outcomes' then ''
            else coalesce(best.first_name, '')
        end as proposed_value,
        case
            when best.likeness = 0.97 then 'the same word'
            when best.likeness is not null then 'means the same'
            when values_in_use.keeps_value and values_in_use.source_value <> ''
                then 'kept as it is'
            when values_in_use.targets = 'outcomes' then 'nothing says that it is closed'
            else 'where all begin'
        end as reason,

        -- numbers
        case
            when best.likeness = 0.97 then 0.97
            when best.likeness is not null then best.likeness / best.fitting_names
            when values_in_use.keeps_value and values_in_use.source_value <> ''
                then if(best.first_name is null, 0.85, 0.6)
            when values_in_use.targets = 'outcomes' then 0.6
            else 0.3
        end::decimal(3, 2) as confidence
    from values_in_use
    left join best
        on
            values_in_use.map = best.map
            and values_in_use.key_object = best.key_object
            and values_in_use.key_field = best.key_field
            and values_in_use.source_value = best.source_value
)

select * from proposed

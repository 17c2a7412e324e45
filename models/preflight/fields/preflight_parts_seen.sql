{# What stands inside a standard field that is a list or an object: `addresses.county`. #}
with

entries as (
    select
        object,
        field,
        entries,
        -- of a list what its parts have between them
        if(
            starts_with(structure, '['),
            try_cast(structure as json) -> '$[0]',
            try_cast(structure as json)
        ) as part
    from {{ ref('preflight_entries_counted') }}
    where structure is not null
),

standard_fields as (select * from {{ ref('stg_declarations__source_fields') }}),

-- what has no place as a whole is asked for as a whole
carried as (
    select
        entries.object,
        entries.field,
        entries.entries,
        unnest({{ json_entries('entries.part') }}) as entry
    from entries
    inner join standard_fields
        on
            entries.object = standard_fields.source_object
            and entries.field = standard_fields.source_field
    where json_type(entries.part) = 'OBJECT'
),

typed as (
    select
        object,
        field || '.' || entry.key as field,
        -- of a part's own parts the structure shows them, else the name of its type
        {{ type_of_json(
            'json_type(entry.value)', type_of_json("entry.value ->> '$'", "'text'")
        ) }} as type_seen,
        entries as filled
    from carried
    -- a key without a value anywhere
    where entry.value ->> '$' is distinct from 'NULL'
),

seen as (
    select
        -- ids
        object,
        field,

        -- text
        if(count(distinct type_seen) = 1, min(type_seen), 'text') as type_seen,
        string_agg(distinct type_seen, ', ' order by type_seen) as types_seen,

        -- numbers
        try_cast(sum(filled) as bigint) as filled
    from typed
    group by object, field
)

select * from seen

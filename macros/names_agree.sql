{#
    The words of a name by which two people are told apart: those of the given name with what they are short for, of the
    family name, and a generation. The columns first_name, last_name and suffix stand beside; `nicknames` and `generations`
    come from names_known().
#}
{% macro name_parts(first_name, last_name, suffix) -%}
    struct_pack(
        given := list_filter({{ _name_words(first_name) }}, lambda word: word <> ''),
        family := list_filter(
            {{ _name_words(last_name) }},
            lambda word: word <> '' and not list_contains(names_known.generations, word)
        ),
        generation := coalesce(list_intersect(
            {{ _name_words("concat_ws(' ', " ~ last_name ~ ", " ~ suffix ~ ")") }}, names_known.generations
        )[1], '')
    )
{%- endmacro %}

{# One row: which words are generations, and what each short name stands for. #}
{% macro names_known() -%}
    select
        (
            select coalesce(list(word), [])
            from {{ ref('name_words') }}
            where role = 'generation'
        ) as generations,
        (
            select coalesce(map_from_entries(list((nickname, names))), map {})
            from (
                select
                    nickname,
                    list(name) as names
                from {{ ref('nicknames') }}
                group by nickname
            )
        ) as nicknames
{%- endmacro %}

{#
    Whether two names may be one person's: nothing in them speaks against it. A missing part speaks against nothing, an
    initial agrees with what begins so, a short form with what it is short for; a Junior is not his father.
#}
{% macro names_agree(mine, theirs) -%}
    (
        len({{ mine }}.given) + len({{ mine }}.family) = 0
        or len({{ theirs }}.given) + len({{ theirs }}.family) = 0
        or (
            not (
                {{ mine }}.generation <> '' and {{ theirs }}.generation <> ''
                and {{ mine }}.generation <> {{ theirs }}.generation
            )
            and (
                list_sort(list_concat({{ mine }}.given, {{ mine }}.family))
                = list_sort(list_concat({{ theirs }}.given, {{ theirs }}.family))
                or (
                    (
                        len({{ mine }}.given) = 0 or len({{ theirs }}.given) = 0
                        or list_has_any({{ _given_forms(mine) }}, {{ _given_forms(theirs) }})
                        or (
                            least(length({{ mine }}.given[1]), length({{ theirs }}.given[1])) = 1
                            and left({{ mine }}.given[1], 1) = left({{ theirs }}.given[1], 1)
                        )
                    )
                    and (
                        len({{ mine }}.family) = 0 or len({{ theirs }}.family) = 0
                        or list_has_all({{ mine }}.family, {{ theirs }}.family)
                        or list_has_all({{ theirs }}.family, {{ mine }}.family)
                    )
                    -- something of them is the same
                    and (
                        len({{ mine }}.given) > 0 and len({{ theirs }}.given) > 0
                        or len({{ mine }}.family) > 0 and len({{ theirs }}.family) > 0
                    )
                )
            )
        )
    )
{%- endmacro %}

{% macro _name_words(text) -%}
    string_split(
        trim(regexp_replace(lower(strip_accents(coalesce({{ text }}, ''))), '[^\p{L}\p{M}\p{N}]+', ' ', 'g')), ' '
    )
{%- endmacro %}

{# The first given name and what it is short for. #}
{% macro _given_forms(parts) -%}
    list_concat({{ parts }}.given[1:1], coalesce(names_known.nicknames[{{ parts }}.given[1]], []))
{%- endmacro %}

{#
    A part of a person's name in one line. A word for nothing is a name all the same (Null, Nan, None): only what has
    neither a letter nor a digit, or is a program's mark (n/a, #ref!), is none.
#}
{% macro name_part(column) -%}
    case
        when not (
            regexp_matches({{ column }}, '^[^\p{L}\p{N}]*$')
            or (
                not regexp_matches({{ column }}, '^[\p{L}\s]*$') and lower(trim({{ column }})) in (
                    select placeholders.placeholder from {{ ref('placeholders') }} as placeholders
                )
            )
        )
            then nullif(trim(regexp_replace(replace({{ column }}, chr(0), ''), '\s+', ' ', 'g')), '')
    end
{%- endmacro %}

{# Whether all that a name says is a word for nothing, be it twice. #}
{% macro is_nameless(parts) -%}
    coalesce(
        lower(concat_ws(' ', {{ parts | join(', ') }})) in (
            select placeholders.placeholder from {{ ref('placeholders') }} as placeholders
        )
        or (
            len(list_distinct([{{ parts | join(', ') }}])) = 1
            and lower(list_distinct([{{ parts | join(', ') }}])[1]) in (
                select placeholders.placeholder from {{ ref('placeholders') }} as placeholders
            )
        ), false
    )
{%- endmacro %}

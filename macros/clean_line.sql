{#
    One line of text as a person would type it: no NUL, no line breaks, no blanks at the ends.
    What seeds/reference/placeholders.csv names, and what is empty, is null.
#}
{% macro clean_line(column) -%}
    case
        when lower(trim({{ column }})) not in (
            select placeholders.placeholder from {{ ref('placeholders') }} as placeholders
        )
            then nullif(
                trim(regexp_replace(replace({{ column }}, chr(0), ''), '\s+', ' ', 'g')), ''
            )
    end
{%- endmacro %}

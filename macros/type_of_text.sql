{# What a text looks like: the types of the source's own metadata. Long texts are not looked at. #}
{% macro type_of_text(text) -%}
    case
        when length({{ text }}) > 254 then 'longtext'
        when regexp_full_match({{ text }}, '-?[0-9]{1,15}') then 'integer'
        when regexp_full_match({{ text }}, '-?[0-9]{1,20}[.][0-9]+') then 'decimal'
        when regexp_full_match({{ text }}, '[0-9]{4}-[0-9]{2}-[0-9]{2}') then 'date'
        when regexp_full_match({{ text }}, '[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:.]+(Z|[+-][0-9:]+)?')
            then 'datetime'
        when lower({{ text }}) in ('true', 'false') then 'boolean'
        when regexp_full_match({{ text }}, '[^@ ]+@[^@ ]+[.][^@ ]+') then 'email'
        when regexp_full_match({{ text }}, 'https?://[^ ]+') then 'url'
        else 'text'
    end
{%- endmacro %}

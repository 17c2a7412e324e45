{# A text as its words alone, in small letters, a blank around each: for asking whether it holds another. #}
{% macro words_of(text) -%}
    ' ' || regexp_replace(
        replace(lower({{ text }}), '\n', ' '), '[^\p{L}\p{M}\p{N}]+', ' ', 'g'
    ) || ' '
{%- endmacro %}

{# A text of the practice's without NUL, which no seed can hold and Nutshell refuses; in JSON it stands
   as \u0000, unless the backslash is itself escaped. Most texts need no more than a look. #}
{% macro without_nul(text) -%}
    replace({{ text }}, chr(0), '')
{%- endmacro %}

{% macro json_without_nul(json_text) -%}
    if(
        contains({{ json_text }}, '\u0000'),
        regexp_replace({{ json_text }}, '((?:^|[^\\])(?:\\\\)*)(?:\\u0000)+', '\1', 'g'),
        {{ json_text }}
    )
{%- endmacro %}

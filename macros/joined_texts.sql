{# Several texts that stand together in one field of Nutshell, as a list: one after the other. #}
{% macro joined_texts(texts) -%}
    array_to_string({{ texts }}, ', ')
{%- endmacro %}

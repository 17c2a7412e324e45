{# One JSON object from grouped rows, keys in order, so that the same content is the same text;
   nulls stay. #}
{% macro json_object_of(key, value) -%}
    '{' || string_agg(
        to_json({{ key }}) || ':' || coalesce(cast({{ value }} as varchar), 'null'), ',' order by {{ key }}
    ) || '}'
{%- endmacro %}

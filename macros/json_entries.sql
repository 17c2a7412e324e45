{# The members of a JSON object as a list of key and value, both as they stand; of anything else none. #}
{% macro json_entries(json_column) -%}
    map_entries(coalesce({{ json_map(json_column) }}, map {}))
{%- endmacro %}

{# The members of a JSON object as a list of key and value, both as they stand; of anything else none. #}
{% macro json_entries(json_column) -%}
    map_entries(coalesce(try_cast({{ json_column }} as map(varchar, json)), map {}))
{%- endmacro %}

{# What a JSON object holds under a key. A key is data: any character may stand in it, so it never
   becomes part of a path, as it does with `->` and json_extract. #}
{% macro json_member(json_column, key) -%}
    {{ json_map(json_column) }}[{{ key }}]
{%- endmacro %}

{# A JSON object as a map, to look into several times; of anything else nothing. #}
{% macro json_map(json_column) -%}
    try_cast(try_cast({{ json_column }} as json) as map(varchar, json))
{%- endmacro %}

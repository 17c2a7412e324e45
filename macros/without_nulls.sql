{# A JSON object without its null members (a merge patch drops them), in the order in which it is written. #}
{% macro without_nulls(json_object) -%}
    json_merge_patch('{}', {{ json_object }})
{%- endmacro %}

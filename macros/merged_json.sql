{# Several JSON objects as one; a later one goes over an earlier one. #}
{% macro merged_json(objects) -%}
    list_reduce(
        list_prepend(cast('{}' as json), coalesce({{ objects }}, [])),
        lambda held, added: json_merge_patch(held, added)
    )
{%- endmacro %}

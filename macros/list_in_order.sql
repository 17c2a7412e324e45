{# The values of a group as a list, by their place. DuckDB's own `list(value order by place)` sorts each group with
   machinery of its own, which takes several times as long. #}
{% macro list_in_order(value, place, only_if='true') -%}
    list_transform(
        list_sort(list(struct_pack(place := {{ place }}, value := {{ value }})) filter ({{ only_if }})),
        lambda item: item.value
    )
{%- endmacro %}

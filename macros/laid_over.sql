{# Several JSON objects as one, a later one over an earlier one: what it says counts, what it leaves open does not. #}
{% macro laid_over(objects) -%}
    json_merge_patch(
        {%- for object in objects %}
        coalesce(try_cast({{ object }} as json), '{}'){{ "," if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}

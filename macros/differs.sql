{# Whether two texts differ, no value being a value of its own. #}
{% macro differs(one, other) -%}
    coalesce({{ one }}, chr(0)) <> coalesce({{ other }}, chr(0))
{%- endmacro %}

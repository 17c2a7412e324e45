{# A decimal as text without the zeros at its end: 100.50000000 → 100.5. #}
{% macro plain_number(value) -%}
    regexp_replace(cast({{ value }} as varchar), '\.?0+$', '')
{%- endmacro %}

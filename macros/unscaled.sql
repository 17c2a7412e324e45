{# A decimal(…, scale) as the whole number of its last digit: 1.50000000 → 150000000. Exact. #}
{% macro unscaled(value) -%}
    try_cast(replace(cast({{ value }} as varchar), '.', '') as hugeint)
{%- endmacro %}

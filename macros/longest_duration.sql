{# The most minutes that an activity may last: a year. #}
{% macro longest_duration() -%}
    527040
{%- endmacro %}

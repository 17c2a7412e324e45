{# timestamptz → text for people, in UTC: 2024-01-02T03:04:05Z. #}
{% macro utc_text(column) -%}
    strftime(timezone('UTC', {{ column }}), '%Y-%m-%dT%H:%M:%SZ')
{%- endmacro %}

{# timestamptz → ISO 8601 in UTC, to the last digit that there is: 2024-01-02T03:04:05.678Z. #}
{% macro utc_text(column) -%}
    regexp_replace(
        strftime(timezone('UTC', {{ column }}), '%Y-%m-%dT%H:%M:%S.%f'), '\.?0+$', ''
    ) || 'Z'
{%- endmacro %}

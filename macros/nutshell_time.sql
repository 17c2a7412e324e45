{# timestamptz → text as Nutshell renders it, in UTC: 2024-05-31T15:51:00+0000. #}
{% macro nutshell_time(column) -%}
    strftime(timezone('UTC', {{ column }}), '%Y-%m-%dT%H:%M:%S+0000')
{%- endmacro %}

{# A web address as Nutshell keeps it: it puts http:// before one that names no scheme, so we do. #}
{% macro web_url(text) -%}
    if(
        regexp_matches({{ text }}, '^([A-Za-z][A-Za-z0-9+.-]*://|mailto:|tel:)'),
        {{ text }}, 'http://' || {{ text }}
    )
{%- endmacro %}

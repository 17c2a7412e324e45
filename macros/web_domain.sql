{# The host of a web address, without www. #}
{% macro web_domain(column) -%}
    coalesce(regexp_extract(
        lower(trim({{ column }})), '^(?:[a-z]+://)?(?:www\.)?([a-z0-9.-]+\.[a-z]{2,})', 1
    ), '')
{%- endmacro %}

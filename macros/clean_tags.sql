{# Tags as Nutshell takes them: without control characters, blanks at the ends and empty ones; once. #}
{% macro clean_tags(tags) -%}
    list_sort(list_distinct(list_filter(
        list_transform(
            {{ tags }},
            lambda tag: trim(regexp_replace(tag, '[\x00-\x1F\x7F]+', ' ', 'g'))
        ),
        lambda tag: tag <> ''
    )))
{%- endmacro %}

{#
    A file's name reduced to A-Z a-z 0-9 . _ -, without leading dots, at most 100 characters of which the
    ending is kept: safe in a path, a URL and a shell.
#}
{% macro safe_file_name(column) -%}
    {%- set safe = "regexp_replace(regexp_replace(regexp_replace(coalesce(" ~ column
        ~ ", ''), '[^A-Za-z0-9._-]+', '_', 'g'), '\\.{2,}', '.', 'g'), '^[._-]+|[._-]+$', '', 'g')" -%}
    coalesce(
        nullif(
            if(
                length({{ safe }}) > 100,
                left({{ safe }}, 88) || right({{ safe }}, 12),
                {{ safe }}
            ), ''
        ), 'file'
    )
{%- endmacro %}

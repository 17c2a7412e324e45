{#
    Text without NUL and other control characters (tab and line break stay), line breaks as \n, the
    stray bytes 0x80 to 0x9f read as the Windows-1252 characters that they were, nothing at the ends.
    Where nothing is left it is null, as any other text that is not there.
    Most texts need no more than a look.
#}
{% macro clean_text(column) -%}
    nullif(trim(
        if(
            regexp_matches({{ column }}, '[\x00-\x08\x0B-\x1F\x7F\x{80}-\x{9F}]'),
            translate(
                regexp_replace(
                    replace(replace({{ column }}, chr(13) || chr(10), chr(10)), chr(13), chr(10)),
                    '[\x00-\x08\x0B\x0C\x0E-\x1F\x7F]', '', 'g'
                ),
                {% for code in range(128, 160) %}chr({{ code }}){{ " || " if not loop.last }}{% endfor %},
                '€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ'
            ),
            {{ column }}
        ),
        ' ' || chr(9) || chr(10)
    ), '')
{%- endmacro %}

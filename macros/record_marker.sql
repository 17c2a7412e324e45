{#
    The mark by which a record of Nutshell's is known as the one made for `people:per_1`: its key, whole. What a mark
    can not hold (line breaks, what nobody sees, blanks at its end) is written as %0A, and so is the percent sign; so
    no two keys have one mark, and each mark says its key. apis/nutshell_markers.py writes the same.
#}
{% macro record_marker(record_key) -%}
    case
        when regexp_matches({{ record_key }}, '{{ _unheld() }}| $')
            then array_to_string(list_transform(
                regexp_extract_all(rtrim({{ record_key }}, ' '), '(?s).'),
                lambda letter: if(regexp_matches(letter, '{{ _unheld() }}'), url_encode(letter), letter)
            ), '') || repeat('%20', length({{ record_key }}) - length(rtrim({{ record_key }}, ' ')))
        else {{ record_key }}
    end
{%- endmacro %}

{# The key that a mark says; null for what is no mark of ours, to the letter. #}
{% macro record_of_marker(marker) -%}
    case
        when not regexp_full_match({{ marker }}, '(?s)[a-z_]+:.+') then null
        when not regexp_matches({{ marker }}, '{{ _unheld() }}| $') then {{ marker }}
        when {{ record_marker("try(url_decode(" ~ marker ~ "))") }} = {{ marker }}
            then try(url_decode({{ marker }}))
    end
{%- endmacro %}

{% macro _unheld() -%}
    [%\x00-\x1F\x7F-\x{A0}\x{AD}\x{1680}\x{2000}-\x{200F}\x{2028}-\x{202F}\x{205F}-\x{206F}\x{3000}\x{FEFF}]
{%- endmacro %}

{#
    A value as a cell of a CSV file: quoted where a comma, a quote or a line break stands in it. What
    a spreadsheet would take for a formula gets a blank in front, which the maps cut off again.
#}
{% macro csv_cell(value) -%}
    {%- set text -%}
        regexp_replace({{ as_seeds_hold(value) }}, '^([=+\-@\t\n])', ' \1')
    {%- endset -%}
    case
        when regexp_matches({{ value }}, '[,"\n\r]')
            then '"' || replace({{ text }}, '"', '""') || '"'
        else {{ text }}
    end
{%- endmacro %}

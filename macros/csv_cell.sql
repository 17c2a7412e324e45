{# A value as a cell of a CSV file: quoted where a comma, a quote or a line break stands in it. #}
{% macro csv_cell(value) -%}
    case
        when regexp_matches({{ value }}, '[,"\n\r]')
            then '"' || replace({{ value }}, '"', '""') || '"'
        else {{ value }}
    end
{%- endmacro %}

{# What DuckDB calls a JSON value, in the words of the source's own metadata; `otherwise`: a text, or nothing. #}
{% macro type_of_json(json_type, otherwise) -%}
    case {{ json_type }}
        when 'ARRAY' then 'list'
        when 'OBJECT' then 'object'
        when 'BOOLEAN' then 'boolean'
        when 'UBIGINT' then 'integer'
        when 'BIGINT' then 'integer'
        when 'DOUBLE' then 'decimal'
        else {{ otherwise }}
    end
{%- endmacro %}

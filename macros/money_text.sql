{# A decimal with `digits` digits after the point, as text: 12.5 with 2 → '12.50', 12 with 0 → '12'. The value has
   no more digits than that. #}
{% macro money_text(value, digits) -%}
    case
        when {{ digits }} = 0
            then split_part(cast({{ value }} as varchar), '.', 1)
        else
            split_part(cast({{ value }} as varchar), '.', 1) || '.'
            || left(split_part(cast({{ value }} as varchar), '.', 2), {{ digits }})
    end
{%- endmacro %}

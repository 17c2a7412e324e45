{# What of a text counts when two are compared, by the rule that
   seeds/reference/compared_fields.csv names. #}
{% macro comparable(text, rule) -%}
    case {{ rule }}
        when 'digits' then regexp_replace({{ text }}, '[^0-9;]', '', 'g')
        when 'folded' then lower(trim(regexp_replace({{ text }}, '\s+', ' ', 'g')))
        when 'number' then coalesce(
            cast(try_cast(split_part({{ text }}, ' ', 1) as decimal(38, 6)) as varchar)
            || ' ' || split_part({{ text }}, ' ', 2),
            {{ text }}
        )
        else coalesce(
            cast(try_cast({{ text }} as decimal(38, 9)) as varchar),
            trim(regexp_replace({{ text }}, '\s+', ' ', 'g'))
        )
    end
{%- endmacro %}

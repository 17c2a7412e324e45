{# Text → decimal with `scale` digits after the point, or null. A number of 18 digits is read a hundred times faster
   than one of 38, so the wide reading is for those alone that need it. #}
{% macro exact_decimal(text, width, scale) -%}
    coalesce(
        try_cast(
            try_cast({{ text }} as decimal(18, {{ scale }})) as decimal({{ width }}, {{ scale }})
        ),
        try_cast({{ text }} as decimal({{ width }}, {{ scale }}))
    )
{%- endmacro %}

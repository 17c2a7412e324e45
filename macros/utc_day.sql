{# The day of an instant. #}
{% macro utc_day(instant) -%}
    cast(timezone('UTC', {{ instant }}) as date)
{%- endmacro %}

{# The middle of a day, as an instant. #}
{% macro utc_midday(day) -%}
    timezone('UTC', cast({{ day }} as timestamp) + interval 12 hour)
{%- endmacro %}

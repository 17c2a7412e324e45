{# The day of an instant where the practice is: eight in the evening in Chicago is no next day. #}
{% macro practice_day(instant) -%}
    try_cast(timezone(
        (
            select coalesce(arg_max(listings.zone, listings.newest_run_id), 'UTC')
            from {{ ref('stg_visual_practice__listings') }} as listings
            where listings.is_zone_known
        ),
        {{ instant }}
    ) as date)
{%- endmacro %}

{# The middle of a day, as an instant. #}
{% macro utc_midday(day) -%}
    timezone('UTC', cast({{ day }} as timestamp) + interval 12 hour)
{%- endmacro %}

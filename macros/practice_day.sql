{# The day of an instant where the practice is: eight in the evening in Chicago is no next day. #}
{% macro practice_day(instant) -%}
    try_cast({{ practice_local(instant) }} as date)
{%- endmacro %}

{# An instant as text, exactly, in UTC: 2024-01-02T03:04:05.678Z. Midnight where the practice is says
   no more than its day: that is what stood there. #}
{% macro practice_instant(instant) -%}
    if(
        {{ practice_local(instant) }} = date_trunc('day', {{ practice_local(instant) }}),
        strftime({{ practice_local(instant) }}, '%Y-%m-%d'),
        replace(strftime(timezone('UTC', {{ instant }}), '%Y-%m-%dT%H:%M:%S.%gZ'), '.000Z', 'Z')
    )
{%- endmacro %}

{# An instant by the practice's clocks. #}
{% macro practice_local(instant) -%}
    timezone(
        (
            select coalesce(arg_max(listings.zone, listings.newest_run_id), 'UTC')
            from {{ ref('stg_visual_practice__listings') }} as listings
            where listings.is_zone_known
        ),
        {{ instant }}
    )
{%- endmacro %}

{# The middle of a day, as an instant. #}
{% macro utc_midday(day) -%}
    timezone('UTC', try_cast({{ day }} as timestamp) + interval 12 hour)
{%- endmacro %}

{#
    Text → date: the day that is written, with a time or without one. The year first, a month's name, compact, an
    epoch's seconds or milliseconds. Of 3/4/2026 `date_order` says what stands first
    (stg_visual_practice__date_orders); where that is not decided, only what can be read in one way alone is read.
    What no reading fits is null, and so is a year outside 1900 to 2100: nobody meant it.
#}
{% macro parse_date(column, date_order="'month_first'") -%}
    list_filter(
        [case
            when regexp_matches(
                {{ column }}, '^[0-9]{4}-[0-9]{2}-[0-9]{2}(?:$|[T ][0-9:.]+(?:Z|[+-][0-9:]+)?$)'
            )
                then try_cast(left({{ column }}, 10) as date)
            when {{ column }} is not null
                then coalesce(
                    {{ read_day(time_parts(column) ~ ".day", date_order) }},
                    try_cast(timezone('UTC', {{ read_epoch(column) }}) as date)
                )
        end],
        lambda found: found between date '1900-01-01' and date '2100-12-31'
    )[1]
{%- endmacro %}

{#
    Text → timestamptz. A value with a zone keeps it, one without is in the deployment's zone (a column or literal
    with a valid name). Days are read as parse_date() reads them, an epoch's numbers too. What no reading fits is
    null, and so is a year outside 1900 to 2100: nobody meant it.
#}
{% macro parse_timestamp(column, zone="'UTC'", date_order="'month_first'") -%}
    {%- set at_once = "^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(?:[.][0-9]+)?" -%}
    list_filter(
        [case
            when regexp_matches({{ column }}, '{{ at_once }}(?:Z|[+-][0-9]{2}:?[0-9]{2})$')
                then try_cast({{ column }} as timestamptz)
            when regexp_matches({{ column }}, '{{ at_once }}$')
                then try(timezone({{ zone }}, try_cast({{ column }} as timestamp)))
            when {{ column }} is not null
                then coalesce({{ read_instant(column, zone, date_order) }}, {{ read_epoch(column) }})
        end],
        lambda found: found between timestamptz '1900-01-01 00:00:00+00' and timestamptz '2100-12-31 23:59:59+00'
    )[1]
{%- endmacro %}

{# What is not written as a program writes it. #}
{% macro read_instant(column, zone, date_order) -%}
    list_transform(
        [struct_pack(
            parts := {{ time_parts(column) }}, date_order := {{ date_order }}, zone := {{ zone }}
        )],
        lambda told: list_transform(
            [{{ read_day("told.parts.day", "told.date_order") }} + {{ read_time("told.parts.time") }}],
            lambda on_the_wall: case
                when told.parts.zone = '' then try(timezone(told.zone, on_the_wall))
                else try_cast(on_the_wall::varchar || case
                    when regexp_matches(told.parts.zone, '[+-]')
                        then regexp_extract(told.parts.zone, '[+-].*')
                    when lower(told.parts.zone) = 'z' then ' UTC'
                    else ' ' || told.parts.zone
                end as timestamptz)
            end
        )[1]
    )[1]
{%- endmacro %}

{# Text of a time of day → interval; no time is midnight. #}
{% macro read_time(time_text) -%}
    list_transform(
        [regexp_extract(
            {{ time_text }},
            '^([0-9]{1,2}):?([0-9]{2})?:?([0-9]{2})?([.,][0-9]{1,6})?[0-9]*\s*([ap])?\.?(?:m\.?)?$',
            ['hour', 'minute', 'second', 'fraction', 'half'], 'i'
        )],
        lambda clock: case
            when {{ time_text }} = '' then interval 0 hour
            when
                try_cast(clock.hour as integer) < 24
                and try_cast('0' || clock.minute as integer) < 60
                and try_cast('0' || clock.second as integer) < 60
                then try(to_hours(
                    -- twelve at night is 12 am
                    try_cast(clock.hour as integer)
                    % if(clock.half <> '' and try_cast(clock.hour as integer) <= 12, 12, 24)
                    + if(lower(clock.half) = 'p' and try_cast(clock.hour as integer) <= 12, 12, 0)
                ) + to_minutes(try_cast('0' || clock.minute as integer)) + to_seconds(
                    try_cast('0' || clock.second || replace(clock.fraction, ',', '.') as double)
                ))
        end
    )[1]
{%- endmacro %}

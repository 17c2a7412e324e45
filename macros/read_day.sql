{# Text of one day, in whatever way it is written → date; see parse_date(). A list of one is how SQL gives a value a
   name within an expression. #}
{% macro read_day(day_text, date_order) -%}
    list_transform(
        [struct_pack(
            written := {{ day_text }},
            -- `5th of Jan., '24` is `5 jan 24`, 3-4-24 is 3/4/24
            words := trim(regexp_replace(regexp_replace(
                regexp_replace(lower({{ day_text }}), '([0-9])(?:st|nd|rd|th)', '\1', 'g'),
                '([a-z]{3})[a-z]*', ' \1 ', 'g'
            ), '[^0-9a-z]+', ' ', 'g')),
            numbers := regexp_replace({{ day_text }}, '[-.'']+', '/', 'g'),
            date_order := {{ date_order }}
        )],
        lambda told: coalesce(
            try_cast(regexp_replace(
                regexp_extract(told.written, '^[0-9]{4}[-/.][0-9]+[-/.][0-9]+$'), '[/.]', '-', 'g'
            ) as date),
            try_cast(try_strptime(told.written, '%Y%m%d') as date),
            list_transform(
                [coalesce(
                    try_strptime(
                        told.words, ['%d %b %y', '%b %d %y', '%d %b %Y', '%b %d %Y', '%Y %b %d']
                    ),
                    {{ _in_order("told.numbers", "told.date_order") }}
                )],
                -- a year of two digits is one of the last hundred, or soon to come
                lambda found: try_cast(if(
                    year(found) > 2049 and not regexp_matches(told.written, '[0-9]{4}'),
                    found - interval 100 year, found
                ) as date)
            )[1]
        )
    )[1]
{%- endmacro %}

{# Two numbers and a year, in the order in which the practice writes them. #}
{% macro _in_order(numbers, date_order) -%}
    {%- set month_first = "try_strptime(" ~ numbers ~ ", ['%m/%d/%y', '%m/%d/%Y'])" -%}
    {%- set day_first = "try_strptime(" ~ numbers ~ ", ['%d/%m/%y', '%d/%m/%Y'])" -%}
    case
        when {{ date_order }} = 'month_first' then {{ month_first }}
        when {{ date_order }} = 'day_first' then {{ day_first }}
        when coalesce({{ day_first }} = {{ month_first }}, {{ day_first }} is null) then {{ month_first }}
        -- 13/2/24 may be of 2013
        when {{ month_first }} is null and regexp_matches({{ numbers }}, '[0-9]{4}$') then {{ day_first }}
    end
{%- endmacro %}

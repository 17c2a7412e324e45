{#
    Text → date: ISO, US month first, compact, or the day that stands in a timestamp.
    What no reading fits is null.
#}
{% macro parse_date(column) -%}
    coalesce(
        try_cast(regexp_extract({{ column }}, '^\s*([0-9]{4}-[0-9]{1,2}-[0-9]{1,2})', 1) as date),
        cast(
            try_strptime(
                trim({{ column }}),
                [
                    '%m/%d/%Y', '%m-%d-%Y', '%m/%d/%y', '%Y%m%d', '%Y/%m/%d',
                    '%m/%d/%Y %H:%M', '%m/%d/%Y %H:%M:%S', '%m/%d/%Y %I:%M:%S %p',
                    '%d %b %Y', '%b %d, %Y', '%B %d, %Y', '%d-%b-%Y'
                ]
            ) as date
        )
    )
{%- endmacro %}

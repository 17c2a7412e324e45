{# The parts `counted` and `ordered` of a query over `texts` (object, field, text): which of day and month each
   column has first. Null where nothing says it, or the column's values contradict each other. #}
{% macro date_orders_of(texts) -%}
counted as (

    select
        object,
        field,
        count(*) filter (where told.month > 12 and told.day <= 12) as month_first_dates,
        -- 13/2/24 may be of 2013: it is no evidence
        count(*) filter (
            where told.day > 12 and told.month <= 12 and length(told.year) = 4
        ) as day_first_dates,
        count(*) filter (
            where told.day <= 12 and told.month <= 12 and told.day <> told.month
        ) as dates_of_two_readings
    from (
        select
            object,
            field,
            list_transform(
                [regexp_extract(
                    text,
                    '([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]''?([0-9]{2,4})',
                    ['first', 'second', 'year']
                )],
                -- were the day first
                lambda numbers: struct_pack(
                    day := try_cast(numbers.first as integer),
                    month := try_cast(numbers.second as integer),
                    year := numbers.year
                )
            )[1] as told
        from {{ texts }}
    )
    group by object, field

),

ordered as (

    select
        counted.*,
        case
            when said.date_order is not null then said.date_order
            when settings.value in ('month_first', 'day_first') then settings.value
            when counted.month_first_dates > 0 and counted.day_first_dates = 0 then 'month_first'
            when counted.day_first_dates > 0 and counted.month_first_dates = 0 then 'day_first'
        end as date_order
    from counted
    left join {{ ref('date_orders') }} as said
        on counted.object = said.object and counted.field = said.field
    left join {{ ref('settings') }} as settings on settings.name = 'date_order'

)
{%- endmacro %}

{# Whether a text begins with two numbers and a year. #}
{% macro is_of_two_readings(column) -%}
    regexp_matches({{ column }}, '^\s*(?:[A-Za-z]{3,9},?\s+)?[0-9]{1,2}[-/.][0-9]{1,2}[-/.]''?[0-9]{2}')
{%- endmacro %}

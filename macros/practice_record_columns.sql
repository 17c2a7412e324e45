{#
    The columns that every record of the practice ends with. `typed` are its other columns that are
    read out of text, as pairs of raw column and typed expression: what does not fit is told in
    `_misfits`.
#}
{% macro practice_record_columns(typed=[]) -%}
        {%- set times = [] -%}
        {%- for column in ['created_at', 'modified_at', 'deleted_at'] -%}
            {%- do times.append((column, practice_time(column))) -%}
        {%- endfor -%}
        -- flags
        newest.is_vanished,
        -- a text that is no time of the past deletes nothing: it is named
        coalesce(
            {{ was_before_now(practice_time('deleted_at')) }}, false
        ) or newest.is_vanished_for_good as is_deleted,

        -- times
        {%- for column, typed_time in times %}
        {{ typed_time }} as {{ column }},
        {%- endfor %}

        -- provenance
        newest._record,
        {{ misfits(typed + times[:2] + [
            ('deleted_at', "nullif(" ~ was_before_now(practice_time('deleted_at')) ~ ", false)")
        ]) }} as _misfits,
        newest._locator,
        newest._run_id,
        newest._extracted_at
{%- endmacro %}

{# A column's text of a time, or of a day, as the practice writes it there. #}
{% macro practice_time(column) -%}
    {{ parse_timestamp(
        'newest.' ~ column, 'newest._zone', "newest._date_orders['" ~ column ~ "']"
    ) }}
{%- endmacro %}

{% macro practice_date(column) -%}
    {{ parse_date('newest.' ~ column, "newest._date_orders['" ~ column ~ "']") }}
{%- endmacro %}

{# Clocks differ by a day at most. #}
{% macro was_before_now(instant) -%}
    ({{ instant }} < greatest(newest._extracted_at, newest._server_time) + interval 1 day)
{%- endmacro %}

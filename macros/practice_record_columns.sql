{#
    The columns that every record of the practice ends with. `typed` are its other columns that are
    read out of text, as pairs of raw column and typed expression: what does not fit is told in
    `_misfits`.
#}
{% macro practice_record_columns(typed=[]) -%}
        {%- set times = [] -%}
        {%- for column in ['created_at', 'modified_at', 'deleted_at'] -%}
            {%- do times.append((column, parse_timestamp('newest.' ~ column, 'newest._zone'))) -%}
        {%- endfor -%}
        -- flags
        newest.is_vanished,
        nullif(newest.deleted_at, '') is not null or newest.is_vanished_for_good as is_deleted,

        -- times
        {%- for column, typed_time in times %}
        {{ typed_time }} as {{ column }},
        {%- endfor %}

        -- provenance
        newest._record,
        {{ misfits(typed + times) }} as _misfits,
        newest._locator,
        newest._run_id,
        newest._extracted_at
{%- endmacro %}

{# Text of an epoch's seconds, milliseconds or microseconds → timestamptz; of any other number, or text, nothing. #}
{% macro read_epoch(column) -%}
    case
        when regexp_matches(trim({{ column }}), '^[0-9]{9,10}(?:[.][0-9]+)?$')
            then try(to_timestamp(try_cast({{ column }} as double)))
        when regexp_matches(trim({{ column }}), '^[0-9]{12,13}(?:[.]0+)?$')
            then try(to_timestamp(try_cast({{ column }} as double) / 1000))
        when regexp_matches(trim({{ column }}), '^[0-9]{15,16}$')
            then try(to_timestamp(try_cast({{ column }} as double) / 1000000))
    end
{%- endmacro %}

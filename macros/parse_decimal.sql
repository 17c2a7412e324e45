{#
    Text → decimal(28, 8), exactly: an optional sign and dollar sign, thousands set off by commas or not.
    Exponents and anything else are null: a number that was rounded on its way is no amount.
#}
{% macro parse_decimal(column) -%}
    case
        when regexp_matches(
            trim({{ column }}),
            '^[+-]?\$?\s?([0-9]{1,20}|[0-9]{1,3}(,[0-9]{3})+)(\.[0-9]*)?$'
        )
            then {{ exact_decimal("regexp_replace(" ~ column ~ ", '[$,+\\s]', '', 'g')", 28, 8) }}
    end
{%- endmacro %}

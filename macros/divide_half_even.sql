{#
    numerator / denominator (hugeint, denominator > 0), rounded half-even to a whole number: exact, never
    through a double. Null where the numbers are too large for hugeint, when wrapped in try().
#}
{% macro divide_half_even(numerator, denominator) -%}
    (
        try_cast(sign({{ numerator }}) as hugeint) * (
            abs({{ numerator }}) // ({{ denominator }})
            + case
                when
                    abs({{ numerator }}) % ({{ denominator }})
                    > ({{ denominator }}) - abs({{ numerator }}) % ({{ denominator }})
                    then cast(1 as hugeint)
                when
                    abs({{ numerator }}) % ({{ denominator }})
                    = ({{ denominator }}) - abs({{ numerator }}) % ({{ denominator }})
                    then (abs({{ numerator }}) // ({{ denominator }})) % cast(2 as hugeint)
                else cast(0 as hugeint)
            end
        )
    )
{%- endmacro %}

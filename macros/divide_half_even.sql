{#
    numerator / denominator (hugeint, denominator > 0), rounded half-even to a whole number: exact, never
    through a double. Null where the numbers are too large for hugeint, when wrapped in try().
#}
{% macro divide_half_even(numerator, denominator) -%}
    (
        sign({{ numerator }})::hugeint * (
            abs({{ numerator }}) // ({{ denominator }})
            + case
                when
                    abs({{ numerator }}) % ({{ denominator }})
                    > ({{ denominator }}) - abs({{ numerator }}) % ({{ denominator }})
                    then 1::hugeint
                when
                    abs({{ numerator }}) % ({{ denominator }})
                    = ({{ denominator }}) - abs({{ numerator }}) % ({{ denominator }})
                    then (abs({{ numerator }}) // ({{ denominator }})) % 2::hugeint
                else 0::hugeint
            end
        )
    )
{%- endmacro %}

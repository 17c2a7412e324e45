{#
    A decimal(28, 8) rounded half-even to `digits` (0 to 8, a number or a column), as decimal(37, 8).
    DuckDB's round_even goes through a double; money must not.
#}
{% macro round_half_even(value, digits) -%}
    (
        try_cast(
            {{ divide_half_even(
                unscaled('cast(' ~ value ~ ' as decimal(28, 8))'),
                'try_cast(power(10, 8 - (' ~ digits ~ ')) as hugeint)'
            ) }}
            * try_cast(power(10, 8 - ({{ digits }})) as hugeint) as decimal(28, 0)
        )
        * cast(0.00000001 as decimal(9, 8))
    )
{%- endmacro %}

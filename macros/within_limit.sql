{#
    A text no longer than Nutshell takes, by seeds/reference/limits.csv: what is cut off ends in `…`.
    preflight_long_values lists every text that this touches; by policy its record waits instead.
#}
{% macro within_limit(column, limit_name, spare='0') -%}
    if(
        length({{ column }}) + ({{ spare }}) > {{ text_limit(limit_name) }},
        left({{ column }}, {{ text_limit(limit_name) }} - ({{ spare }}) - 1) || '…',
        {{ column }}
    )
{%- endmacro %}

{# The most characters that a kind of text may have; null where no limit is known. #}
{% macro text_limit(limit_name) -%}
    (
        select min(limits.max_value) from {{ ref('limits') }} as limits
        where limits.limit_name = '{{ limit_name }}'
    )
{%- endmacro %}

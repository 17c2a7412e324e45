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

{# The same, cut between two words where there are two: for a title that people read. #}
{% macro within_limit_at_word(column, limit_name) -%}
    {%- set most = text_limit(limit_name) -%}
    {%- set words = "regexp_replace(left(" ~ column ~ ", " ~ most ~ "), '\s+\S*$', '')" -%}
    case
        when {{ column }} is null or length({{ column }}) <= coalesce({{ most }}, length({{ column }}))
            then {{ column }}
        when length({{ words }}) between 1 and {{ most }} - 1 then {{ words }} || '…'
        else left({{ column }}, {{ most }} - 1) || '…'
    end
{%- endmacro %}

{# The whole of a text that is longer than Nutshell takes; null of one that is not cut. #}
{% macro if_cut(column, limit_name) -%}
    if(length({{ column }}) > {{ text_limit(limit_name) }}, {{ column }}, null)
{%- endmacro %}

{# The most characters that a kind of text may have; null where no limit is known. #}
{% macro text_limit(limit_name) -%}
    (
        select min(limits.max_value) from {{ ref('limits') }} as limits
        where limits.limit_name = '{{ limit_name }}'
    )
{%- endmacro %}

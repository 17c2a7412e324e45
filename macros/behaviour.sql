{# How Nutshell behaves, by policies/nutshell_behaviour.csv: `load probe` writes it. #}
{% macro behaviour(fact) -%}
    (
        select max(facts.setting) from {{ ref('nutshell_behaviour') }} as facts
        where facts.fact = '{{ fact }}'
    )
{%- endmacro %}

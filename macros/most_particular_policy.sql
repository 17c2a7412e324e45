{# The order in which rows of seeds/policies/conflicts.csv hold for a field, the first one alone: kind
   and field, then the field, then the default. #}
{% macro policy_holds(policies, kind, field) -%}
    {{ policies }}.kind in ({{ kind }}, '*')
    and {{ policies }}.field in ({{ field }}, split_part({{ field }}, '.', 1), '*')
{%- endmacro %}

{% macro most_particular_policy(policies, field) -%}
    {{ policies }}.field = {{ field }} desc,
    {{ policies }}.field <> '*' desc,
    {{ policies }}.kind <> '*' desc
{%- endmacro %}

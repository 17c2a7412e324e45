{# The value of one setting of seeds/policies/settings.csv, as a scalar. #}
{% macro setting(name) -%}
    (select max(settings.value) from {{ ref('settings') }} as settings where settings.name = '{{ name }}')
{%- endmacro %}

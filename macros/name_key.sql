{# An organization's name without case, accents, punctuation and legal form, for comparing. #}
{% macro name_key(column) -%}
    nullif(trim(regexp_replace(
        ' ' || regexp_replace(lower(strip_accents({{ column }})), '[^a-z0-9]+', ' ', 'g') || ' ',
        ' (inc|llc|ltd|corp|co|pc|pllc|llp|plc|gmbh)( |$)', ' ', 'g'
    )), '')
{%- endmacro %}

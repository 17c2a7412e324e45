{#
    An organization's name without case, accents, punctuation and legal form, for comparing. `legal_forms` is the column
    of legal_forms_known() that stands beside it.
#}
{% macro name_key(column, legal_forms='legal_forms') -%}
    nullif(array_to_string(list_filter(
        string_split(
            trim(regexp_replace(lower(strip_accents({{ column }})), '[^a-z0-9]+', ' ', 'g')), ' '
        ),
        lambda word: not list_contains({{ legal_forms }}, word)
    ), ' '), '')
{%- endmacro %}

{# One row: the legal forms of seeds/reference/name_words.csv. #}
{% macro legal_forms_known() -%}
    select coalesce(list(word), []) as legal_forms
    from {{ ref('name_words') }}
    where role = 'legal_form'
{%- endmacro %}

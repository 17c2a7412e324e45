{#
    Records whose true/false column may stand in another word (`N`, `yes`, 1) in the record alone:
    seeds/reference/checkbox_values.csv knows the words. What it does not know stays a misfit.
#}
{% macro worded_flag(records, column) -%}
    select
        {{ records }}.* replace (
            coalesce({{ records }}.{{ column }}, words.target_value = 'Yes') as {{ column }},
            list_filter(
                {{ records }}._misfits,
                lambda name: name <> '{{ column }}' or words.target_value is null
            ) as _misfits
        )
    from {{ records }}
    left join {{ ref('checkbox_values') }} as words
        on
            case
                when list_contains({{ records }}._misfits, '{{ column }}')
                    then lower(trim(json_extract_string({{ records }}._record, '$.{{ column }}')))
            end
            = words.source_value
{%- endmacro %}

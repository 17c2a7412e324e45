{# A sent column as the text that a person compares: the same for what we want, what we wrote and what is there. #}
{% macro cell_text(field) -%}
    {%- set column = '"' ~ field.name ~ '"' -%}
    {%- if field.form == 'links' -%}
        {{ _sorted_text(
            column, "item.reference || coalesce(' (' || nullif(item.relationship, '') || ')', '')"
        ) }}
    {%- elif field.form == 'labelled' -%}
        {{ _sorted_text(listed_values(column), _way_text('item')) }}
    {%- elif field.form == 'parts' -%}
        coalesce(
            nullif(concat_ws(
                ' ', nullif({{ column }}."givenName", ''), nullif({{ column }}."familyName", '')
            ), ''), {{ column }}."displayName"
        )
    {%- elif field.form == 'money' -%}
        {{ money_cell(column ~ '.amount', column ~ '.currency') }}
    {%- elif field.form == 'outcome' -%}
        cast(coalesce({{ column }}.status, 0) as varchar)
    {%- elif field.data_type.endswith('[]') -%}
        {{ _sorted_text(column, 'item') }}
    {%- elif field.data_type == 'timestamptz' -%}
        {{ instant_text(column) }}
    {%- else -%}
        cast({{ column }} as varchar)
    {%- endif -%}
{%- endmacro %}

{# The order of a list says nothing. #}
{% macro _sorted_text(list, item_text) -%}
    array_to_string(list_sort(list_transform(
        {{ list }}, lambda item: {{ item_text }}
    )), '; ')
{%- endmacro %}

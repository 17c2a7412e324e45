{# The records of ours that a row of a model of models/nutshell names in what it sends: they must be there before it. #}
{% macro record_references(model) -%}
    {%- set named = [] -%}
    {%- for field in sent_columns(model) -%}
        {%- set column = '"' ~ field.name ~ '"' -%}
        {%- if field.form in ('reference', 'page') -%}
            {%- do named.append('[' ~ column ~ ']') -%}
        {%- elif field.form == 'references' -%}
            {%- do named.append(column) -%}
        {%- elif field.form == 'links' -%}
            {%- do named.append('list_transform(' ~ column ~ ', lambda link: link.reference)') -%}
        {%- endif -%}
    {%- endfor -%}
    list_sort(list_distinct(list_filter(
        list_concat({{ (named or ["cast([] as varchar[])"]) | join(', ') }}),
        lambda reference: entity_types[split_part(reference, ':', 1)] is not null
    )))
{%- endmacro %}

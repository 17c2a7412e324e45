{# A sent column as JSON text; null where it holds nothing, for Nutshell is never sent an empty field. #}
{% macro field_json(field) -%}
    {%- set column = '"' ~ field.name ~ '"' -%}
    {%- if field.form == 'reference' -%}
        {{ reference_json(column) }}
    {%- elif field.form == 'references' -%}
        {{ listed_json(column, 'item is not null', reference_json('item')) }}
    {%- elif field.form == 'links' -%}
        {{ listed_json(column, 'item.reference is not null', link_json('item')) }}
    {%- elif field.form == 'page' -%}
        '{"$url":' || to_json({{ column }}) || '}'
    {%- elif field.form == 'parts' -%}
        nullif(cast(json_merge_patch('{}', to_json({{ column }})) as varchar), '{}')
    {%- elif field.data_type == 'json' -%}
        nullif(nullif(cast({{ column }} as varchar), '{}'), '[]')
    {%- elif field.data_type.endswith('[]') -%}
        if(len({{ column }}) > 0, to_json({{ column }}), null)
    {%- elif field.data_type == 'timestamptz' -%}
        '"' || {{ nutshell_time(column) }} || '"'
    {%- elif field.data_type in ('varchar', 'date') -%}
        if({{ column }} is null or cast({{ column }} as varchar) = '', null, to_json({{ column }}))
    {%- else -%}
        cast({{ column }} as varchar)
    {%- endif -%}
{%- endmacro %}

{# organizations:org_1 is a record of ours, which the loader knows by its id; Users:3 has it already. #}
{% macro reference_json(reference) -%}
    case
        when entity_types[split_part({{ reference }}, ':', 1)] is not null
            then
                '{"entityType":"' || entity_types[split_part({{ reference }}, ':', 1)]
                || '","id":{"$ref":' || to_json({{ reference }}) || '}}'
        else
            '{"entityType":"' || split_part({{ reference }}, ':', 1)
            || '","id":' || split_part({{ reference }}, ':', 2) || '}'
    end
{%- endmacro %}

{# A record of ours, and what it is to the one that names it. #}
{% macro link_json(link) -%}
    '{"id":{"$ref":' || to_json({{ link }}.reference) || '}'
    || coalesce(',"relationship":' || to_json({{ link }}.relationship), '') || '}'
{%- endmacro %}

{% macro listed_json(list, holds, item_json) -%}
    '[' || nullif(array_to_string(list_transform(
        list_filter({{ list }}, lambda item: {{ holds }}), lambda item: {{ item_json }}
    ), ','), '') || ']'
{%- endmacro %}

{# A list field of a record that was there before us: its own values first, then those of the
   source that it lacks, in the form in which they are written. #}
{% macro united_list(record, payload, field) -%}
    {%- set there = labelled_values(record ~ " -> " ~ field) -%}
    {%- set written = "list_transform(list_concat(" ~ there ~ ", coalesce(try_cast(" ~ record ~ " -> "
        ~ field ~ " as json[]), [])), lambda item: coalesce(item -> 'number', item))" -%}
    to_json(list_concat(
        list_transform({{ written }}, lambda item: case
            when json_type(item) = 'OBJECT' and (item -> 'entityType') is not null
                then json_object(
                    'entityType', item ->> 'entityType', 'id', try_cast(item ->> 'id' as bigint),
                    'relationship', coalesce(item ->> 'relationship', item ->> 'jobTitle', '')
                )
            else item
        end),
        list_filter(
            {{ listed_values(payload ~ " -> " ~ field) }},
            lambda item: not list_contains(
                list_transform({{ written }}, lambda old: lower(old ->> '$')), lower(item ->> '$')
            )
        )
    ))
{%- endmacro %}

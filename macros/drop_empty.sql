{# JSON text of a struct without its null, empty-list and empty-object members: Nutshell is never sent one. #}
{% macro drop_empty(struct) -%}
    cast(to_json(map_from_entries(list_filter(
        map_entries(cast(to_json({{ struct }}) as map(varchar, json))),
        lambda member: cast(member.value as varchar) not in ('null', '[]', '{}', '""')
    ))) as varchar)
{%- endmacro %}

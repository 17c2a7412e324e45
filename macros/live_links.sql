{# Each link that a record in Nutshell has to another, in the fields that are declared as such. #}
{% macro live_links(tables) -%}
    {%- for kind, table in tables.items() -%}
        {%- for field in fields_of_kind(kind) if is_link(field) %}
        {%- set value = "try_cast(record as json) -> '" ~ field.get('seen_as', field.name) ~ "'" %}
        select
            nutshell_id,
            '{{ kind }}' as kind,
            '{{ field.name }}' as field,
            {{ 'false' if field.form == 'reference' else 'true' }} as has_relationship,
            unnest({{ "if(json_type(" ~ value ~ ") = 'OBJECT', [" ~ value ~ "], [])" if field.form == 'reference'
                else "try_cast(" ~ value ~ " as json[])" }}) as link
        from {{ table }}
        union all
        {%- endfor -%}
    {%- endfor %}
    select
        null::bigint as nutshell_id,
        null::varchar as kind,
        null::varchar as field,
        null::boolean as has_relationship,
        null::json as link
    where false
{%- endmacro %}

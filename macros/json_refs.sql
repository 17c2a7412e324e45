{# A list of record_keys as Nutshell's list of references: [{"entityType": …, "id": {"$ref": key}}]; null when empty. #}
{% macro json_refs(keys, entity_type) -%}
    if(
        len({{ keys }}) > 0,
        to_json(list_transform(
            {{ keys }},
            lambda record_key: json_object(
                'entityType', '{{ entity_type }}', 'id', json_object('$ref', record_key)
            )
        )),
        null
    )
{%- endmacro %}

{# The columns of a custom field, read from Nutshell's own words in `_record`: the warehouse reads
   what was landed with them, the loader what it has just asked for. Untold is null. #}
{% macro custom_field_columns() -%}
_record::json ->> 'entity' as entity,
_record::json ->> 'name' as name,
_record::json ->> 'type' as nutshell_type,
coalesce(
    list_transform(
        try_cast(_record::json -> 'choices' as json[]),
        -- a choice is a word, or an object that has a name or a value
        lambda choice: coalesce(choice ->> 'name', choice ->> 'value', choice ->> '$')
    ),
    []
) as choices,
try_cast(_record::json ->> 'isMultiple' as boolean) as is_multiple
{%- endmacro %}

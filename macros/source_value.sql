{# What the practice's record has in a field; null where that is nothing. The record comes as the two
   columns of source_maps: it is read once for all of its fields. A custom field goes before a key of
   the same name where seeds/value_maps/fields.csv maps it. #}
{% macro source_value(record, field, is_mapped_by_seed) -%}
    nullif(nullif(coalesce(
        case when {{ is_mapped_by_seed }} then {{ record }}.own_fields[{{ field }}] ->> '$' end,
        {{ record }}.fields[{{ field }}] ->> '$'
    ), ''), '[]')
{%- endmacro %}

{% macro source_maps(json_text) -%}
    try_cast(try_cast({{ json_text }} as json) as map(varchar, json)) as fields,
    try_cast(try_cast({{ json_text }} as json) -> '$.custom_fields' as map(varchar, json)) as own_fields
{%- endmacro %}

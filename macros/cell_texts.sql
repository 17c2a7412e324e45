{# How one value reads as text, the same from a payload and from Nutshell's answer. #}

{% macro instant_text(instant) -%}
    strftime({{ instant }} at time zone 'UTC', '%Y-%m-%dT%H:%M:%SZ')
{%- endmacro %}

{# No value and a value of nothing are one: Nutshell shows 0 for both. #}
{% macro money_cell(amount, currency) -%}
    cast(nullif(try_cast({{ amount }} as decimal(38, 2)), 0) as varchar) || ' ' || ({{ currency }})
{%- endmacro %}

{% macro address_text(json_item) -%}
    concat_ws(', ',
        nullif({{ json_item }} ->> 'address_1', ''), nullif({{ json_item }} ->> 'address_2', ''),
        nullif({{ json_item }} ->> 'address_3', ''), nullif({{ json_item }} ->> 'city', ''),
        nullif({{ json_item }} ->> 'state', ''), nullif({{ json_item }} ->> 'postalCode', ''),
        nullif({{ json_item }} ->> 'country', '')
    )
{%- endmacro %}

{# A payload's list, or {label: value}: the values as JSON texts. #}
{% macro listed_values(json_column) -%}
    coalesce(
        try_cast({{ json_column }} as json[]),
        map_values(try_cast({{ json_column }} as map(varchar, json))),
        []
    )
{%- endmacro %}

{# Custom fields as cells `customFields.<name>`; several values sorted, a link to a record by
   its key. #}
{% macro custom_field_entries(json_column) -%}
    list_transform(
        {{ json_entries(json_column) }},
        lambda entry: struct_pack(
            field := 'customFields.' || entry.key,
            text := coalesce(
                json_extract_string(entry.value, '$."$url"'),
                array_to_string(list_sort(try_cast(entry.value as varchar[])), '; '),
                entry.value ->> '$'
            )
        )
    )
{%- endmacro %}

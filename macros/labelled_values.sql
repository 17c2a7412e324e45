{# Nutshell renders a list of e-mails, phones, links or addresses as {label: value} and repeats
   the first as "--primary". This gives the values once, in their order, as a list of JSON
   texts; the primary stands for itself where nothing else is given. #}
{% macro labelled_values(json_column) -%}
    list_transform(
        list_filter(
            map_entries(coalesce(try_cast({{ json_column }} as map(varchar, json)), map {})),
            lambda entry: json_type(entry.value) <> 'NULL' and (
                entry.key <> '--primary'
                or cardinality(coalesce(try_cast({{ json_column }} as map(varchar, json)), map {})) = 1
            )
        ),
        lambda entry: entry.value
    )
{%- endmacro %}

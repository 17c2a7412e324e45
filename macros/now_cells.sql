{# The cells of what Nutshell gives back (a row of stg_nutshell__*): the twin of payload_cells. #}
{% macro now_cells(kind, r, links) -%}
    {%- set plain = {
        'name': r ~ ".name" if kind != 'contact' else "coalesce(" ~ r ~ ".full_name, " ~ r ~ ".display_name)",
        'owner': "'Users:' || " ~ r ~ ".owner_id",
        'description': r ~ ".description",
        'email': _value_list(r ~ ".emails", "item ->> '$'"),
        'url': _value_list(r ~ ".urls", "item ->> '$'"),
        'phone': _value_list(r ~ ".phones",
            "coalesce('+' || nullif(nullif(item ->> 'countryCode', ''), '1'), '') || (item ->> 'number') || coalesce(' x' || nullif(item ->> 'extension', ''), '')"),
        'address': _value_list(r ~ ".addresses", address_text('item')),
        'tags': "array_to_string(list_sort(list_distinct(" ~ r ~ ".tags)), '; ')",
        'assignee': "'Users:' || " ~ r ~ ".assignee_id",
        'confidence': "cast(" ~ r ~ ".confidence as varchar)",
        'dueTime': instant_text(r ~ ".due_at"),
        'sources': "array_to_string(list_sort(list_transform(coalesce(try_cast(" ~ r ~ ".sources as json[]), []), lambda item: item ->> 'id')), '; ')",
        'stagesetId': "cast(" ~ r ~ ".stageset_id as varchar)",
        'milestoneId': "cast(" ~ r ~ ".milestone_id as varchar)",
        'value': money_cell(r ~ ".value_amount", r ~ ".value_currency"),
        'status': "cast(" ~ r ~ ".status as varchar)",
        'activityTypeId': "cast(" ~ r ~ ".activity_type_id as varchar)",
        'startTime': instant_text(r ~ ".start_at"),
        'endTime': instant_text(r ~ ".end_at"),
        'isAllDay': "cast(" ~ r ~ ".is_all_day as varchar)",
    } -%}
    {%- set fields = {
        'account': ['name', 'owner', 'description', 'email', 'phone', 'url', 'address', 'tags'],
        'contact': ['name', 'owner', 'description', 'email', 'phone', 'url', 'address', 'tags'],
        'lead': ['description', 'assignee', 'confidence', 'dueTime', 'sources', 'tags',
            'stagesetId', 'milestoneId', 'value', 'status'],
        'activity': ['name', 'description', 'activityTypeId', 'startTime', 'endTime', 'isAllDay', 'status'],
    }[kind] -%}
    map_from_entries(list_sort(list_filter(
        list_concat(
            [
                {%- for field in fields %}
                struct_pack(field := '{{ field }}', text := {{ plain[field] }}){{ "," if not loop.last }}
                {%- endfor %}
            ],
            {{ custom_field_entries(r ~ ".custom_fields") if kind in ('account', 'contact', 'lead') else '[]' }},
            list_transform(
                map_entries(coalesce({{ links }}, map {})),
                lambda entry: struct_pack(field := entry.key, text := entry.value)
            )
        ),
        lambda cell: cell.text <> ''
    )))
{%- endmacro %}

{% macro _value_list(values, item) -%}
    array_to_string(list_sort(list_transform({{ values }}, lambda item: {{ item }})), '; ')
{%- endmacro %}

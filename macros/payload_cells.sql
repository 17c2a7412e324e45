{# A record as cells: a map from field to the text that a person compares, made from a payload.
   The same map made from what Nutshell gives back is in plan_cells_now; two equal maps need no
   further look. #}
{% macro payload_cells(kind, payload) -%}
    {%- set p = payload -%}
    {%- set fields = {
        'account': ['name', 'owner', 'description', 'email', 'phone', 'url', 'address', 'tags'],
        'contact': ['name', 'owner', 'description', 'email', 'phone', 'url', 'address', 'accounts', 'tags'],
        'lead': ['description', 'assignee', 'primaryAccount', 'accounts', 'contacts', 'confidence', 'dueTime',
            'sources', 'tags', 'stagesetId', 'milestoneId', 'value', 'status'],
        'activity': ['name', 'description', 'activityTypeId', 'startTime', 'endTime', 'isAllDay', 'status',
            'participants', 'leads'],
    }[kind] -%}
    {%- set by_field = {
        'name': "coalesce(nullif(concat_ws(' ', nullif(" ~ p ~ " -> 'name' ->> 'givenName', ''), nullif("
            ~ p ~ " -> 'name' ->> 'familyName', '')), ''), " ~ p ~ " -> 'name' ->> 'displayName', " ~ p ~ " ->> 'name')",
        'owner': "'Users:' || (" ~ p ~ " -> 'owner' ->> 'id')",
        'assignee': "'Users:' || (" ~ p ~ " -> 'assignee' ->> 'id')",
        'primaryAccount': _ref_text(p ~ " -> 'primaryAccount'"),
        'email': _list_text(p ~ " -> 'email'", "item ->> '$'"),
        'phone': _list_text(p ~ " -> 'phone'", "item ->> '$'"),
        'url': _list_text(p ~ " -> 'url'", "item ->> '$'"),
        'tags': _list_text(p ~ " -> 'tags'", "item ->> '$'"),
        'address': _list_text(p ~ " -> 'address'", address_text('item')),
        'accounts': _list_text(p ~ " -> 'accounts'", _link_text('item')),
        'contacts': _list_text(p ~ " -> 'contacts'", _link_text('item')),
        'participants': _list_text(p ~ " -> 'participants'", _ref_text('item')),
        'leads': _list_text(p ~ " -> 'leads'", _ref_text('item')),
        'sources': _list_text(p ~ " -> 'sources'", "item ->> 'id'"),
        'dueTime': instant_text("try_cast(" ~ p ~ " ->> 'dueTime' as timestamptz)"),
        'startTime': instant_text("try_cast(" ~ p ~ " ->> 'startTime' as timestamptz)"),
        'endTime': instant_text("try_cast(" ~ p ~ " ->> 'endTime' as timestamptz)"),
        'value': money_cell("(" ~ p ~ " -> 'manualValue' ->> 'amount')", p ~ " -> 'manualValue' ->> 'currency'"),
        'status': "coalesce(" ~ p ~ " -> 'outcome' ->> 'status', " ~ p ~ " ->> 'status', '0')",
    } -%}
    map_from_entries(list_sort(list_filter(
        list_concat(
            [
                {%- for field in fields %}
                struct_pack(field := '{{ field }}', text := {{ by_field.get(field, p ~ " ->> '" ~ field ~ "'") }})
                {{- "," if not loop.last }}
                {%- endfor %}
            ],
            {{ custom_field_entries(p ~ " -> 'customFields'") }}
        ),
        lambda cell: cell.text <> ''
    )))
{%- endmacro %}

{% macro _list_text(json_list, item) -%}
    array_to_string(list_sort(list_transform(
        {{ listed_values(json_list) }}, lambda item: {{ item }}
    )), '; ')
{%- endmacro %}

{# organizations:org_1 for a reference, Users:3 for an id that SQL knew #}
{% macro _ref_text(json_item) -%}
    coalesce(
        json_extract_string({{ json_item }}, '$.id."$ref"'),
        ({{ json_item }} ->> 'entityType') || ':' || ({{ json_item }} ->> 'id')
    )
{%- endmacro %}

{% macro _link_text(json_item) -%}
    {{ _ref_text(json_item) }} || coalesce(' (' || nullif({{ json_item }} ->> 'relationship', '') || ')', '')
{%- endmacro %}

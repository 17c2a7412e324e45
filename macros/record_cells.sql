{#
    A record as cells: a map from field to the text that a person compares, by the declarations of its fields. Made of
    JSON, be it what we send (`payload`) or what Nutshell gives back (`seen`), so that all sides of a comparison are
    told by one rule. Two equal maps need no further look. The links of what Nutshell gives back are told by our own
    keys: records_live brings them along in `links`.
#}
{% macro record_cells(kind, record, side, links='map {}') -%}
    {%- set cells = [] -%}
    {%- for field in fields_of_kind(kind) if not field.once and not field.name.startswith('customFields') -%}
        {%- if side == 'payload' or not is_link(field) -%}
            {%- set key = field.get('sent_as' if side == 'payload' else 'seen_as', field.name) -%}
            {%- do cells.append(
                "struct_pack(field := '" ~ field.name ~ "', text := "
                ~ _cell(field, record ~ " -> '" ~ key ~ "'", side) ~ ")"
            ) -%}
        {%- endif -%}
    {%- endfor -%}
    map_from_entries(list_sort(list_filter(
        list_concat(
            [
                {{ cells | join(',\n                ') }}
            ],
            {{ custom_field_entries(record ~ " -> 'customFields'") }},
            list_transform(
                map_entries(coalesce({{ links }}, map {})),
                lambda entry: struct_pack(field := entry.key, text := entry.value)
            )
        ),
        lambda cell: cell.text <> ''
    )))
{%- endmacro %}

{# Whether a field names records of ours: ids of users and sources are Nutshell's on both sides. #}
{% macro is_link(field) -%}
    {{ return(field.form in ('reference', 'references', 'links') and not field.outside) }}
{%- endmacro %}

{# Several objects may become one kind of record, and declare the same fields. #}
{% macro fields_of_kind(kind) -%}
    {%- set found = {} -%}
    {%- for object, becomes in mapped_objects().items() if becomes == kind -%}
        {%- for field in sent_columns('nutshell_' ~ object) if field.name not in found -%}
            {%- do found.update({field.name: field}) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(found.values() | list) }}
{%- endmacro %}

{# What each object of the practice becomes in Nutshell, in the order in which they depend on each other. #}
{% macro mapped_objects() -%}
    {{ return({
        'organizations': 'account', 'people': 'contact', 'leads': 'lead', 'deals': 'lead',
        'activities': 'activity', 'attachments': 'file',
    }) }}
{%- endmacro %}

{% macro _cell(field, value, side) -%}
    {%- set text -%}
        {%- if field.form == 'reference' -%}
            {{ _reference_text(value, field.outside) }}
        {%- elif field.form in ('references', 'links') -%}
            {{ _listed_text(value, _link_text('item', field.outside)) }}
        {%- elif field.form == 'parts' -%}
            coalesce(
                nullif(concat_ws(
                    ' ', nullif(trim({{ value }} ->> 'givenName'), ''), nullif(trim({{ value }} ->> 'familyName'), '')
                ), ''),
                {{ value }} ->> 'displayName',
                if(json_type({{ value }}) = 'VARCHAR', {{ value }} ->> '$', null)
            )
        {%- elif field.form == 'money' -%}
            {{ money_cell("(" ~ value ~ " ->> 'amount')", value ~ " ->> 'currency'") }}
        {%- elif field.form == 'outcome' -%}
            coalesce({{ value }} ->> 'status', {{ value }} ->> '$')
        {%- elif field.form == 'labelled' or field.data_type.endswith('[]') -%}
            {{ _listed_text(value, _way_text('item')) }}
        {%- elif field.data_type == 'timestamptz' -%}
            {{ instant_text("try_cast(" ~ value ~ " ->> '$' as timestamptz)") }}
        {%- else -%}
            coalesce({{ value }} ->> 'id', {{ value }} ->> '$')
        {%- endif -%}
    {%- endset -%}
    {%- if field.absent is defined and (side == 'seen' or field.form == 'outcome') -%}
        coalesce({{ text }}, '{{ field.absent }}')
    {%- else -%}
        {{ text }}
    {%- endif -%}
{%- endmacro %}

{# The order of a list says nothing. #}
{% macro _listed_text(json_list, item_text) -%}
    array_to_string(list_sort(list_transform(
        coalesce(try_cast({{ json_list }} as json[]), {{ labelled_values(json_list) }}),
        lambda item: {{ item_text }}
    )), '; ')
{%- endmacro %}

{# organizations:org_1 for a record of ours, Users:3 for what Nutshell has by itself. #}
{% macro _reference_text(json_item, outside) -%}
    {%- if outside -%}
        '{{ outside }}:' || ({{ json_item }} ->> 'id')
    {%- else -%}
        coalesce(
            json_extract_string({{ json_item }}, '$.id."$ref"'),
            ({{ json_item }} ->> 'entityType') || ':' || ({{ json_item }} ->> 'id')
        )
    {%- endif -%}
{%- endmacro %}

{% macro _link_text(json_item, outside) -%}
    {{ _reference_text(json_item, outside) }} || coalesce(' (' || nullif({{ json_item }} ->> 'relationship', '') || ')', '')
{%- endmacro %}

{# A number, as we write it or in Nutshell's parts; an address; else the value itself. #}
{% macro _way_text(item) -%}
    case
        when json_type({{ item }}) <> 'OBJECT' then {{ item }} ->> '$'
        when ({{ item }} ->> 'number') is not null
            then
                coalesce('+' || nullif(nullif({{ item }} ->> 'countryCode', ''), '1'), '')
                || ({{ item }} ->> 'number') || coalesce(' x' || nullif({{ item }} ->> 'extension', ''), '')
        else {{ address_text(item) }}
    end
{%- endmacro %}

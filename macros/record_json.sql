{# What a record of a model of models/nutshell sends, as JSON text: its fields in the order of their declarations. #}
{% macro record_json(model) -%}
    {%- if not execute %}{% do ref('settings') %}{% endif -%}
    {%- set members = [] -%}
    {%- set custom = [] -%}
    {%- for field in sent_columns(model) if field.step in ('record', 'file') -%}
        {%- if field.name.startswith('customFields.') -%}
            {%- do custom.append(custom_field_key(field) ~ " || ':' || " ~ field_json(field)) -%}
        {%- elif field.name == 'customFields' -%}
            {%- do custom.append('customFields') -%}
        {%- else -%}
            {%- do members.append("'\"" ~ field.get('sent_as', field.name) ~ "\":' || " ~ field_json(field)) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if custom -%}
        {%- set own = custom | reject('equalto', 'customFields') | list -%}
        {%- do members.append("'\"customFields\":' || " ~ _custom_json('customFields' in custom, own)) -%}
    {%- endif -%}
    '{' || concat_ws(
        ',',
        {{ members | join(',\n        ') or "''" }}
    ) || '}'
{%- endmacro %}

{# Fields of the practice's own below those that the migration itself keeps. #}
{% macro _custom_json(has_packed, own) -%}
    nullif(cast(json_merge_patch(
        {{ "coalesce(\"customFields\", '{}')" if has_packed else "'{}'" }},
        '{' || concat_ws(
            ',',
            {{ own | join(',\n            ') or "''" }}
        ) || '}'
    ) as varchar), '{}')
{%- endmacro %}

{# The name of a custom field as a JSON key: declared, or by the setting that names it; null where it says none. #}
{% macro custom_field_key(field) -%}
    {%- if field.named_by -%}
        to_json(nullif({{ setting(field.named_by) }}, 'none'))
    {%- else -%}
        '"{{ field.name[13:] }}"'
    {%- endif -%}
{%- endmacro %}

{# What an operation of its own sends: the value of a lead, or its closing. #}
{% macro step_json(model, step) -%}
    {%- set found = sent_columns(model) | selectattr('step', 'equalto', step) | list -%}
    {%- if found -%}
        cast(to_json("{{ found[0].name }}") as varchar)
    {%- else -%}
        cast(null as varchar)
    {%- endif -%}
{%- endmacro %}

{# The key under which a record keeps what such an operation sends. #}
{% macro step_key(step) -%}
    {%- for field in sent_columns('nutshell_deals') if field.step == step -%}
        {{- field.sent_as -}}
    {%- endfor -%}
{%- endmacro %}

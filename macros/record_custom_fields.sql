{#
    The custom fields of an account or a contact as JSON: the defaults below what its own fields say, that below what
    the migration itself keeps, `last` over all. Where it stands `defaults` and `files` are joined.
#}
{% macro record_custom_fields(record_key, record, own_fields, last="'{}'") -%}
    {%- set kept -%}
        struct_pack(
            "Visual Practice ID" := {{ record_key }},
            "Visual Practice created" := strftime({{ record }}.created_at, '%Y-%m-%d'),
            "Visual Practice modified" := strftime({{ record }}.modified_at, '%Y-%m-%d'),
            "Files" := files.files_text
        )
    {%- endset -%}
    cast(json_merge_patch(
        coalesce(defaults.default_fields, '{}'), {{ own_fields }}, {{ drop_empty(kept) }}, {{ last }}
    ) as varchar)
{%- endmacro %}

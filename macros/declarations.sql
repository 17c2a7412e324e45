{# A row for each declaration of a field that is sent, as SQL: dbt knows them at execution only. #}
{% macro declarations() -%}
    {%- for object, kind in mapped_objects().items() if execute %}
        {%- set model = loop.index %}
        {%- for field in declared_columns('nutshell_' ~ object) if field.meta.step %}
        select
            '{{ object }}' as source_object,
            'nutshell_{{ object }}' as model,
            '{{ kind }}' as kind,
            '{{ field.name }}' as name,
            {{ model * 1000 + loop.index }} as position,
            '{{ field.data_type }}' as data_type,
            {{ dbt.string_literal(dbt.escape_single_quotes(tojson(field.meta))) }} as meta
        union all
        {%- endfor %}
    {%- endfor %}
    select
        null::varchar as source_object,
        null::varchar as model,
        null::varchar as kind,
        null::varchar as name,
        null::integer as position,
        null::varchar as data_type,
        null::varchar as meta
{%- endmacro %}

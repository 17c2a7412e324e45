{# The fields that are sent, as models/nutshell/_nutshell__models.yml declares them: for whatever joins on fields. #}
{% set kinds = {
    'organizations': 'account', 'people': 'contact', 'leads': 'lead', 'deals': 'lead',
    'activities': 'activity', 'attachments': 'file',
} %}
with

declared as (
    {%- for object, kind in kinds.items() %}
        {%- set model = loop.index %}
        {%- for field in (declared_columns('nutshell_' ~ object) if execute else []) if field.meta.step %}
            select
                '{{ object }}' as source_object,
                'nutshell_{{ object }}' as model,
                '{{ kind }}' as kind,
                '{{ field.name }}' as name,
                {{ model * 1000 + loop.index }} as position,
                {{ dbt.string_literal(field.data_type) }} as data_type,
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
),

fields as (
    select
        -- ids
        source_object,
        model,
        kind,
        name,

        -- text
        data_type,
        meta,
        meta ->> 'step' as step,
        meta ->> 'form' as form,
        meta ->> 'compare' as comparison,
        meta ->> 'limit' as limit_name,
        meta ->> 'label' as label,
        meta ->> 'custom' as custom_type,
        meta ->> 'named_by' as named_by,
        coalesce(meta ->> 'sent_as', name) as payload_key,
        coalesce(meta ->> 'seen_as', name) as seen_key,

        -- lists
        coalesce(cast(meta -> 'from' as varchar[]), []) as source_fields,

        -- numbers
        position,

        -- flags
        coalesce((meta ->> 'list')::boolean, false) as is_list,
        coalesce((meta ->> 'defaulted')::boolean, false) as is_defaulted,
        coalesce((meta ->> 'takes_more')::boolean, false) as takes_more
    from declared
    where name is not null
)

select * from fields

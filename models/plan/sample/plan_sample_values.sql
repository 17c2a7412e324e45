{#- What there is to see on records by what the practice wrote: mapped values, owners, fields. -#}
{{ config(materialized='ephemeral') }}

{%- set mapped = {
    'leads': {'status': 'lead_status', 'source': 'source'},
    'deals': {'stage': 'deal_stage', 'source': 'source'},
    'activities': {'type': 'activity_type'},
} %}

with

field_values as (
    select * from {{ ref('int_custom_fields_typed') }}
    where value is not null
),

mapped_values as (
    {%- for object, columns in mapped.items() %}
        {%- set object_loop = loop %}
        {%- for column, map in columns.items() %}
            select
                '{{ object }}:' || id as record_key,
                'mapped value' as feature_kind,
                '{{ map }}: {{ object }}.{{ column }} = '
                || coalesce(trim({{ column }}), '(empty)') as feature
            from {{ ref('stg_visual_practice__' ~ object) }}
            {{ "union all" if not (loop.last and object_loop.last) }}
        {%- endfor %}
    {%- endfor %}
),

owners as (
    {%- for object in ['organizations', 'people', 'leads', 'deals', 'activities'] %}
        select
            '{{ object }}:' || id as record_key,
            'owner' as feature_kind,
            coalesce(owner_id, '(none)') as feature
        from {{ ref('stg_visual_practice__' ~ object) }}
        {{ "union all" if not loop.last }}
    {%- endfor %}
),

seen as (
    select * from mapped_values
    union all
    select * from owners
    union all
    select distinct
        source_object || ':' || source_id as record_key,
        'custom field' as feature_kind,
        source_object || '.' || source_field as feature
    from field_values
    union all
    select distinct
        source_object || ':' || source_id as record_key,
        'mapped value' as feature_kind,
        'pick_list_values: ' || source_object || '.' || source_field || ' = ' || trim(original)
            as feature
    from field_values
    where target_type = 'Choice'
)

select * from seen

{{ config(materialized='ephemeral') }}
{% set texts = {
    'organizations': {'name': 'text_length', 'description': 'long_text_length'},
    'people': {
        'first_name': 'text_length', 'last_name': 'text_length', 'job_title': 'text_length',
        'description': 'long_text_length',
    },
    'leads': {'title': 'text_length', 'description': 'long_text_length'},
    'deals': {
        'name': 'text_length', 'description': 'long_text_length', 'lost_reason': 'text_length',
    },
    'activities': {'subject': 'text_length'},
} %}

with

field_values as (select * from {{ ref('int_custom_fields_typed') }}),

activity_texts as (select * from {{ ref('int_activity_texts') }}),

activity_trailers as (select * from {{ ref('int_activity_trailers') }}),

lengths as (
    {%- for object, columns in texts.items() %}
        {%- for column, limit_name in columns.items() %}
            select
                '{{ object }}' as source_object,
                id as source_id,
                '{{ column }}' as field,
                '{{ limit_name }}' as limit_name,
                length(trim({{ column }})) as characters
            from {{ ref('stg_visual_practice__' ~ object) }}
            where not is_deleted
            union all
        {%- endfor %}
    {%- endfor %}
    -- a body shares its place with the trailer
    select
        'activities' as source_object,
        activity_texts.source_id,
        'body' as field,
        'long_text_length' as limit_name,
        length(activity_texts.body) + length(activity_trailers.trailer) + 2 as characters
    from activity_texts
    inner join activity_trailers on activity_texts.source_id = activity_trailers.source_id
    union all
    select
        source_object,
        source_id,
        source_field as field,
        if(target_type = 'Text', 'text_length', 'long_text_length') as limit_name,
        length(value) as characters
    from field_values
    where target_type in ('Text', 'LongText') and value is not null
)

select * from lengths

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
{# these stand together with another in one field of Nutshell #}
{% set joined = {
    'first_name': "concat_ws(' ', first_name, middle_name)",
    'last_name': "concat_ws(' ', last_name, suffix)",
} %}

with

field_lengths as (select * from {{ ref('preflight_field_lengths') }}),

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
                length(trim({{ joined.get(column, column) }})) as characters
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
        field,
        limit_name,
        characters
    from field_lengths
)

select * from lengths

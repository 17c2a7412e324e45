{{ config(materialized='ephemeral') }}
{% set objects = ['organizations', 'people', 'leads', 'deals', 'activities'] %}
{# these stand together with another in one field of Nutshell, or within a link #}
{% set joined = {
    'first_name': "concat_ws(' ', first_name, middle_name)",
    'last_name': "concat_ws(' ', last_name, suffix)",
    'job_title': 'job_title',
} %}

with

{% for object in objects -%}
    {{ object }} as (select * from {{ ref('stg_visual_practice__' ~ object) }}),

{% endfor -%}

field_lengths as (select * from {{ ref('preflight_field_lengths') }}),

activity_texts as (select * from {{ ref('int_activity_texts') }}),

activity_trailers as (select * from {{ ref('int_activity_trailers') }}),

lengths as (
    {%- for column, text in joined.items() %}
        select
            'people' as source_object,
            id as source_id,
            '{{ column }}' as field,
            'text_length' as limit_name,
            length(trim({{ text }})) as characters
        from people
        where not is_deleted
        union all
    {%- endfor %}
    -- a field that comes from one column alone is as long as that
    {%- for object in objects %}
        {%- set fields = sent_columns('nutshell_' ~ object) | selectattr('limit', 'defined') %}
        {%- for field in fields if field['from'] | length == 1 %}
            {%- set column = field['from'][0].split('.')[1] %}
            select
                '{{ object }}' as source_object,
                id as source_id,
                '{{ column }}' as field,
                '{{ field.limit }}' as limit_name,
                length(trim({{ column }})) as characters
            from {{ object }}
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
    -- which is cut, line by line, where it is too long itself
    select
        'activities' as source_object,
        source_id,
        'footer' as field,
        'long_text_length' as limit_name,
        characters
    from activity_trailers
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

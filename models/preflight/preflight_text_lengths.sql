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

field_values as (
    select * from {{ ref('int_custom_fields_typed') }}
    where target_type in ('Text', 'LongText') and value is not null
),

-- of values that stand together in one field each is as long as all of them
several as (
    select
        source_object,
        source_id,
        target_field
    from field_values
    group by source_object, source_id, target_field
    having count(*) > 1
),

together as (
    select
        field_values.source_object,
        field_values.source_id,
        field_values.target_field,
        field_values.target_type,
        list_distinct(list(field_values.source_field)) as source_fields,
        length(
            {{ joined_texts('list_sort(list_distinct(list(field_values.value)))') }}
        ) as characters
    from field_values
    inner join several
        on
            field_values.source_object = several.source_object
            and field_values.source_id = several.source_id
            and field_values.target_field = several.target_field
    group by all
),

custom as (
    select
        field_values.source_object,
        field_values.source_id,
        field_values.source_field as field,
        field_values.target_type,
        length(field_values.value) as characters
    from field_values
    anti join several
        on
            field_values.source_object = several.source_object
            and field_values.source_id = several.source_id
            and field_values.target_field = several.target_field
    union all
    select
        source_object,
        source_id,
        unnest(source_fields) as field,
        target_type,
        characters
    from together
),

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
        if(target_type = 'Text', 'text_length', 'long_text_length') as limit_name,
        characters
    from custom
)

select * from lengths

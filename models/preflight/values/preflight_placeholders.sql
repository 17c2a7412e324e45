{# Words for nothing (n/a, unknown) that are a field's whole value: they move as none. #}
{% set columns = {'organizations': ['name', 'website'], 'people': ['job_title']} %}
{% set names = ['salutation', 'first_name', 'middle_name', 'last_name', 'suffix'] %}
{% set texts_of = {
    'emails': '[entry.value for entry in emails]',
    'phones': '[entry.value for entry in phones]',
    'addresses': 'flatten([[entry.street, entry.street2, entry.city, entry.region,
        entry.postal_code, entry.country] for entry in addresses])',
} %}

with

placeholders as (select * from {{ ref('placeholders') }}),

texts as (
    {%- for object, texts in columns.items() %}
        {%- for column in texts %}
            select
                '{{ object }}' as object,
                id as source_id,
                '{{ column }}' as field,
                {{ column }} as text,
                _locator as locator
            from {{ ref('stg_visual_practice__' ~ object) }}
            where not is_deleted
            union all
        {%- endfor %}
        {%- for list in ['emails', 'phones', 'addresses'] %}
            select
                '{{ object }}' as object,
                id as source_id,
                '{{ list }}' as field,
                unnest({{ texts_of[list] }}) as text,
                _locator as locator
            from {{ ref('stg_visual_practice__' ~ object) }}
            where not is_deleted
            union all
        {%- endfor %}
    {%- endfor %}
    select
        'people' as object,
        people.id as source_id,
        unnest({{ names }}) as field,
        -- a part of a name is a word for nothing only where the whole name is
        unnest([
            {%- for column in names %}
                if(keyed.{{ column }} is null, people.{{ column }}, null)
                {{- "," if not loop.last }}
            {%- endfor %}
        ]) as text,
        people._locator as locator
    from {{ ref('stg_visual_practice__people') }} as people
    inner join {{ ref('int_people_keyed') }} as keyed on people.id = keyed.source_id
    where not people.is_deleted
    union all
    -- a field that goes to Nutshell's own phones, links or addresses
    select
        field_values.source_object as object,
        field_values.source_id,
        field_values.source_field as field,
        field_values.original as text,
        null as locator
    from {{ ref('int_custom_field_values') }} as field_values
    inner join {{ ref('fields') }} as maps
        on
            field_values.source_object = maps.source_object
            and field_values.source_field = maps.source_field
    where maps.decision = 'map' and maps.target_type = 'Standard'
),

findings as (
    select
        texts.object,
        texts.source_id,
        texts.field,
        'a word for nothing: it moves as no value' as finding,
        texts.locator
    from texts
    semi join placeholders on lower(trim(texts.text)) = placeholders.placeholder
)

select * from findings

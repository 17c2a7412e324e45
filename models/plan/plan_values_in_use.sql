{# Every value of a mapped list that stands in a record: a new one needs a look at the map. #}
{% set listed = [
    ('leads', 'status'), ('leads', 'source'), ('leads', 'currency'), ('deals', 'stage'),
    ('deals', 'source'), ('deals', 'currency'), ('activities', 'type'),
] %}
with values_seen as (

    {% for object, column in listed %}
        select distinct
            '{{ object }}' as source_object,
            '{{ column }}' as source_field,
            coalesce({{ column }}, '') as source_value
        from {{ ref('stg_visual_practice__' ~ object) }}
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}

)

select * from values_seen

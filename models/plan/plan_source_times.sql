{# When the practice changed each record last: what `newest` means in
   seeds/policies/conflicts.csv. #}
with times as (

    {% for object in ['organizations', 'people', 'leads', 'deals', 'activities', 'attachments'] %}
        select
            '{{ object }}:' || id as record_key,
            modified_at as source_modified_at
        from {{ ref('stg_visual_practice__' ~ object) }}
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}

)

select * from times

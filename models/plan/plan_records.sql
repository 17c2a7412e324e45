{# The six Nutshell-shaped tables as one list, in the order in which records depend on each
   other. A view: each payload stands once, in its Nutshell-shaped table. #}
{{ config(materialized='view') }}
{% set objects = ['organizations', 'people', 'leads', 'deals', 'activities', 'attachments'] %}
with mapped as (

    {% for object in objects %}
        select
            record_key,
            source_object,
            source_id,
            kind,
            bucket_reason,
            nutshell_id,
            survivor_key,
            {{ loop.index * 100 }} + level_within as level,
            payload,
            {% if object in ('leads', 'deals') %}
                value_payload,
                outcome_payload,
            {% else %}
                cast(null as varchar) as value_payload,
                cast(null as varchar) as outcome_payload,
            {% endif %}
            depends_on
        from {{ ref('nutshell_' ~ object) }}
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}

),

wanted as (

    select
        *,
        -- what the record shall be when all of its steps are done: the payload with one more key
        -- for each, put in as text, since reading every payload again takes minutes of a big load
        case
            when value_payload is null and outcome_payload is null then payload
            else
                left(payload, -1)
                || coalesce(',"manualValue":' || value_payload, '')
                || coalesce(',"outcome":' || outcome_payload, '')
                || '}'
        end as desired
    from mapped

),

hashed as (

    select
        *,
        md5(desired) as desired_hash
    from wanted

)

select * from hashed

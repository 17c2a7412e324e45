{# When the practice changed each record last, by Nutshell's clock: what `newest` means in
   seeds/policies/conflicts.csv. How far that clock is ahead of ours, an extraction notes. #}
with apart as (

    select
        coalesce(
            max_by(try_cast(server_time as timestamptz) - finished_at, finished_at),
            interval 0 second
        ) as nutshell_ahead
    from {{ source('nutshell', 'runs') }}
    where try_cast(server_time as timestamptz) is not null

),

times as (

    {% for object in ['organizations', 'people', 'leads', 'deals', 'activities', 'attachments'] %}
        select
            '{{ object }}:' || id as record_key,
            modified_at
        from {{ ref('stg_visual_practice__' ~ object) }}
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}

),

shifted as (

    select
        times.record_key,
        times.modified_at + apart.nutshell_ahead as source_modified_at
    from times
    cross join apart

)

select * from shifted

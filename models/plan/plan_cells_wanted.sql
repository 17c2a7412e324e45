{# Every record that Nutshell already has, as the cells that it shall show. #}
with known as (

    select
        records.record_key,
        records.kind,
        cast(records.desired as json) as desired
    from {{ ref('plan_records') }} as records
    semi join {{ ref('plan_keys') }} as keys on records.record_key = keys.record_key
    where records.bucket_reason is null

),

cells as (

    {% for kind in ['account', 'contact', 'lead', 'activity'] %}
        select
            record_key,
            kind,
            {{ payload_cells(kind, 'desired') }} as cells
        from known
        where kind = '{{ kind }}'
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}

)

select * from cells

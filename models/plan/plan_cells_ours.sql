{# What we wrote last, as cells: the middle of the three-way comparison. #}
with settled as (

    select
        record_key,
        kind,
        cast(desired as json) as desired
    from {{ ref('stg_audit__records') }}
    where state in ('created', 'matched') and desired is not null

),

cells as (

    {% for kind in ['account', 'contact', 'lead', 'activity'] %}
        select
            record_key,
            kind,
            {{ payload_cells(kind, 'desired') }} as cells
        from settled
        where kind = '{{ kind }}'
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}

)

select * from cells

{{ config(materialized='ephemeral') }}

with

points as (
    select * from {{ ref('int_points_mapped') }}
    where kind = 'address'
),

-- street, town and code stand in fields of their own: together they are one address
mapped as (
    select
        source_object,
        source_id,
        {
            label: 'address',
            street: min(value) filter (where coalesce(part, 'street') = 'street'),
            street2: null::varchar,
            {%- for column, part in [
                ('city', 'city'), ('region', 'state'), ('postal_code', 'postalCode'),
                ('country', 'country'),
            ] %}
                {{ column }}: min(value) filter (where part = '{{ part }}'),
            {%- endfor %}
            'primary': false
        } as entry, -- noqa: PRS
        min(position) as position
    from points
    group by source_object, source_id
)

select * from mapped

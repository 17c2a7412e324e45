{{ config(materialized='ephemeral') }}

with

parts as (
    select * from {{ ref('int_address_parts') }}
    where place is not null
),

-- street, town and code are in fields of their own: together they are one address
mapped as (
    select
        source_object,
        source_id,
        min(source_field) as source_field,
        {
            label: label,
            {%- for column, place in [
                ('street', 'street'), ('street2', 'street2'), ('city', 'city'), ('region', 'state'),
                ('postal_code', 'postalCode'), ('country', 'country'),
            ] %}
                {{ column }}: min(value) filter (where place = '{{ place }}'),
            {%- endfor %}
            'primary': false
        } as entry, -- noqa: PRS
        min(position) as position
    from parts
    group by source_object, source_id, label, entry_number
)

select * from mapped

{# Whose e-mail, phone, address or link it is, once each. #}
with

people as (select * from {{ ref('int_people_resolved') }}),

organizations as (select * from {{ ref('int_organizations_resolved') }}),

emails as (
    select * from {{ ref('int_emails_cleaned') }}
    where is_valid
),

phones as (
    select * from {{ ref('int_phones_cleaned') }}
    where is_valid
),

urls as (
    select * from {{ ref('int_points_mapped') }}
    where kind = 'url'
),

addresses as (
    select
        *,
        {{ without_nulls("json_object(
            'address_1', address_1, 'address_2', address_2, 'city', city,
            'state', state, 'postalCode', postal_code, 'country', country
        )") }} as address
    from {{ ref('int_addresses_cleaned') }}
    where is_valid
),

points as (
    {%- for kind, table, value, value_key, part in [
        ('email', 'emails', 'to_json(email)', 'email_key', 'part'),
        ('phone', 'phones', 'to_json(number)', 'number', 'part'),
        ('address', 'addresses', 'address', 'address::varchar', '1'),
        ('url', 'urls', 'to_json(value)', 'lower(value)', '1'),
    ] %}
        select
            '{{ kind }}' as kind,
            source_object,
            source_id,
            is_primary,
            position,
            {{ part }} as part,
            label,
            {{ value }} as value,
            {{ value_key }} as value_key
        from {{ table }}
        {{ "union all" if not loop.last }}
    {%- endfor %}
),

members as (
    {%- for object in ['people', 'organizations'] %}
        select
            '{{ object }}' as source_object,
            source_id,
            survivor_id,
            rank_in_cluster,
            bucket_reason
        from {{ object }}
        {{ "union all" if not loop.last }}
    {%- endfor %}
),

owned as (
    select
        points.* replace (coalesce(members.survivor_id, points.source_id) as source_id),
        coalesce(members.rank_in_cluster, 1) as member
    from points
    left join members
        on points.source_object = members.source_object and points.source_id = members.source_id
    -- where a deleted one was reached, nobody else is
    where members.bucket_reason is distinct from 'deleted_in_source'
),

once as (
    select
        -- ids
        source_object,
        source_id,

        -- text
        kind,
        label,
        value,

        -- numbers
        row_number() over (
            partition by source_object, source_id
            order by member asc, is_primary desc, position asc, part asc, kind asc
        ) as place
    from owned
    qualify row_number() over (
        partition by kind, source_object, source_id, value_key
        order by member asc, is_primary desc, position asc, part asc
    ) = 1
)

select * from once

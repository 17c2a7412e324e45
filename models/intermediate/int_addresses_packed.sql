{# Addresses of a record (of all twins of a person) under unique labels, in a stable order. #}
with

people as (select * from {{ ref('int_people_resolved') }}),

addresses as (select * from {{ ref('int_addresses_cleaned') }}),

owned as (
    select
        addresses.source_object,
        coalesce(people.survivor_id, addresses.source_id) as source_id,
        coalesce(people.rank_in_cluster, 1) as member,
        addresses.is_primary,
        addresses.position,
        addresses.label,
        {{ drop_empty("struct_pack(
            address_1 := addresses.address_1,
            address_2 := addresses.address_2,
            city := addresses.city,
            state := addresses.state,
            postalCode := addresses.postal_code,
            country := addresses.country
        )") }} as address
    from addresses
    left join people
        on addresses.source_object = 'people' and addresses.source_id = people.source_id
    where
        addresses.source_object <> 'people'
        or people.bucket_reason is distinct from 'deleted_in_source'
),

once as (
    select *
    from owned
    qualify row_number() over (
        partition by source_object, source_id, address
        order by member asc, is_primary desc, position asc
    ) = 1
),

labelled as (
    select
        *,
        row_number() over (
            partition by source_object, source_id, label
            order by member asc, is_primary desc, position asc
        ) as repeated
    from once
),

packed as (
    select
        source_object,
        source_id,
        cast(to_json(map_from_entries(list(
            struct_pack(
                label := label || if(repeated = 1, '', ' ' || repeated),
                address := cast(address as json)
            )
            order by member asc, is_primary desc, position asc
        ))) as varchar) as addresses
    from labelled
    group by source_object, source_id
)

select * from packed

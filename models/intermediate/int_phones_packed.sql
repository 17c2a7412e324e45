{# Phones of a record (of all twins of a person) under labels that are unique, in a stable order. #}
with

people as (select * from {{ ref('int_people_resolved') }}),

phones as (
    select * from {{ ref('int_phones_cleaned') }}
    where is_valid
),

owned as (
    select
        phones.source_object,
        coalesce(people.survivor_id, phones.source_id) as source_id,
        coalesce(people.rank_in_cluster, 1) as member,
        phones.is_primary,
        phones.position,
        phones.label,
        phones.number
    from phones
    left join people
        on phones.source_object = 'people' and phones.source_id = people.source_id
    where
        phones.source_object <> 'people'
        or people.bucket_reason is distinct from 'deleted_in_source'
),

once as (
    select *
    from owned
    qualify row_number() over (
        partition by source_object, source_id, number
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
                number := number
            )
            order by member asc, is_primary desc, position asc
        ))) as varchar) as phones
    from labelled
    group by source_object, source_id
)

select * from packed

{# A record's e-mails, phones, links and addresses in the shapes in which Nutshell takes them. #}
{% set entry = 'struct_pack(label := label, value := value)' %}

with

points as (select * from {{ ref('int_contact_points') }}),

packed as (
    select
        -- ids
        source_object,
        source_id,

        -- lists
        {{ list_in_order("value ->> '$'", 'place', "kind = 'email'") }} as emails, -- noqa: PRS
        {{ list_in_order("value ->> '$'", 'place', "kind = 'url'") }} as urls, -- noqa: PRS
        {{ list_in_order(entry, 'place', "kind = 'phone'") }} as phone_entries, -- noqa: PRS
        {{ list_in_order(entry, 'place', "kind = 'address'") }} as address_entries -- noqa: PRS
    from points
    group by source_object, source_id
),

written as (
    select
        -- ids
        source_object,
        source_id,

        -- lists
        emails,
        urls,
        cast(to_json(map_from_entries(phone_entries)) as varchar) as phones,
        cast(to_json(map_from_entries(address_entries)) as varchar) as addresses
    from packed
)

select * from written

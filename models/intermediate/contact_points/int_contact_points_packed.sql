{# A record's e-mails, phones, links and addresses in the shapes in which Nutshell takes them, each
   under a label of its own. #}
{% set entry = 'struct_pack(label := label, value := value)' %}

with

points as (select * from {{ ref('int_contact_points') }}),

numbered as (
    select
        * exclude (label),
        -- a label may come again: work, work 2, work 3
        label || coalesce(' ' || nullif(row_number() over (
            partition by kind, source_object, source_id, label order by place
        ), 1), '') as label
    from points
),

labelled as (
    select
        * exclude (label),
        -- and what was made so may be there already: two of one label would be one in Nutshell
        label || coalesce(' / ' || nullif(row_number() over (
            partition by kind, source_object, source_id, label order by place
        ), 1), '') as label
    from numbered
),

-- two of one label end a build: where even that was there already, every label gets its place
told_apart as (
    select
        * exclude (label),
        if(
            count(*) over record_kind = count(distinct label) over record_kind,
            label, label || ' #' || place
        ) as label
    from labelled
    window record_kind as (partition by kind, source_object, source_id)
),

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
    from told_apart
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
        to_json(map_from_entries(phone_entries)) as phones,
        to_json(map_from_entries(address_entries)) as addresses
    from packed
)

select * from written

{# The links that Nutshell gives back, told by our own keys where the other end is one of ours. #}
{% set tables = {
    'account': 'accounts', 'contact': 'contacts', 'lead': 'leads', 'activity': 'activities',
} %}
with

{% for table in tables.values() -%}
    {{ table }} as (select * from {{ ref('stg_nutshell__' ~ table) }}),

{% endfor -%}

keys as (select * from {{ ref('record_keys') }}),

listed as (
    {{ live_links(tables) }}
),

told as (
    select
        listed.nutshell_id,
        listed.kind,
        listed.field,
        coalesce(
            keys.record_key, (listed.link ->> 'entityType') || ':' || (listed.link ->> 'id')
        ) as other,
        -- a contact's link to an account carries the job title; on a lead the title is only shown
        if(listed.has_relationship, nullif(coalesce(
            listed.link ->> 'relationship',
            case when listed.kind = 'contact' then listed.link ->> 'jobTitle' end
        ), ''), null) as relationship
    from listed
    left join keys
        on
            (listed.link ->> 'entityType') = keys.entity_type
            and try_cast(listed.link ->> 'id' as bigint) = keys.nutshell_id
),

texts as (
    select
        nutshell_id,
        kind,
        field,
        array_to_string(
            list_sort(list_distinct(list(other || coalesce(' (' || relationship || ')', '')))), '; '
        ) as text
    from told
    group by nutshell_id, kind, field
)

select * from texts

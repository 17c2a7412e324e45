{% set name_columns = ['salutation', 'first_name', 'middle_name', 'last_name', 'suffix'] %}

with

people as (select * from {{ ref('stg_visual_practice__people') }}),

names_known as (
    {{ names_known() }}
),

emails as (
    select
        source_id,
        list(email_key order by is_primary desc, position asc) filter (
            where is_valid and not is_shared
        )
            as email_keys,
        -- who has no name is called by an address, be it one that no server takes
        arg_min(email, (not is_valid, position)) as first_email,
        count(*) filter (where not is_valid) as invalid_emails
    from {{ ref('int_emails_cleaned') }}
    where source_object = 'people'
    group by source_id
),

written as (
    select
        id as source_id,
        is_deleted,
        created_at,
        date_of_birth,
        {{ name_part('salutation') }} as salutation,
        {{ name_part('first_name') }} as first_name,
        {{ name_part('middle_name') }} as middle_name,
        {{ name_part('last_name') }} as last_name,
        {{ name_part('suffix') }} as suffix
    from people
),

named as (
    select
        {% for column in name_columns -%}
            if({{ is_nameless(name_columns) }}, null, {{ column }}) as {{ column }},
        {% endfor -%}
        * exclude ({{ name_columns | join(', ') }})
    from written
),

keyed as (
    select
        named.*,
        nullif(concat_ws(
            ' ', named.first_name, named.middle_name, named.last_name, named.suffix
        ), '') as full_name,
        coalesce(emails.email_keys, []) as email_keys,
        emails.first_email,
        coalesce(emails.invalid_emails, 0) as invalid_emails,
        {{ name_parts('named.first_name', 'named.last_name', 'named.suffix') }} as name_parts
    from named
    cross join names_known
    left join emails on named.source_id = emails.source_id
)

select * from keyed

{# E-mails of a record (of all twins of a person), the first one first. #}
with

people as (select * from {{ ref('int_people_resolved') }}),

emails as (
    select * from {{ ref('int_emails_cleaned') }}
    where is_valid
),

owned as (
    select
        emails.source_object,
        coalesce(people.survivor_id, emails.source_id) as source_id,
        coalesce(people.rank_in_cluster, 1) as member,
        emails.is_primary,
        emails.position,
        emails.email,
        emails.email_key
    from emails
    left join people
        on emails.source_object = 'people' and emails.source_id = people.source_id
    where
        emails.source_object <> 'people'
        or people.bucket_reason is distinct from 'deleted_in_source'
),

once as (
    select *
    from owned
    qualify row_number() over (
        partition by source_object, source_id, email_key
        order by member asc, is_primary desc, position asc
    ) = 1
),

packed as (
    select
        source_object,
        source_id,
        list(email order by member asc, is_primary desc, position asc) as emails
    from once
    group by source_object, source_id
)

select * from packed

with

organizations as (select * from {{ ref('stg_visual_practice__organizations') }}),

emails as (
    select
        source_id,
        list_sort(list(distinct split_part(email_key, '@', 2))) as domains
    from {{ ref('int_emails_cleaned') }}
    where source_object = 'organizations' and is_valid
    group by source_id
),

phones as (
    select
        source_id,
        list_sort(list(distinct phone_key)) as phone_keys
    from {{ ref('int_phones_cleaned') }}
    -- seven digits name a phone only within their own town
    where source_object = 'organizations' and is_valid and length(phone_key) >= 10
    group by source_id
),

addresses as (
    select
        source_id,
        list_sort(list(distinct address_key)) as address_keys
    from {{ ref('int_addresses_cleaned') }}
    where source_object = 'organizations' and is_valid and address_1 is not null
    group by source_id
),

name_words as (
    {{ legal_forms_known() }}
),

named as (
    select
        id as source_id,
        is_deleted,
        {{ clean_line('name') }} as name,
        {{ clean_line('website') }} as website
    from organizations
),

keyed as (
    select
        named.source_id,
        named.is_deleted,
        named.name,
        named.website,
        {{ name_key('named.name', 'name_words.legal_forms') }} as name_key,
        list_distinct(list_filter(
            list_concat(coalesce(emails.domains, []), [{{ web_domain('named.website') }}]),
            lambda domain: domain <> ''
        )) as domains,
        coalesce(phones.phone_keys, []) as phone_keys,
        coalesce(addresses.address_keys, []) as address_keys
    from named
    cross join name_words
    left join emails on named.source_id = emails.source_id
    left join phones on named.source_id = phones.source_id
    left join addresses on named.source_id = addresses.source_id
)

select * from keyed

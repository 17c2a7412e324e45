with

accounts as (select * from {{ ref('stg_nutshell__accounts') }}),

name_words as (
    {{ legal_forms_known() }}
),

keyed as (
    select
        nutshell_id,
        name,
        {{ record_of_marker("(custom_fields ->> 'Visual Practice ID')") }} as visual_practice_id,
        {{ name_key('name') }} as name_key,
        list_concat(
            list_transform(
                emails, lambda email: lower(split_part(trim(email ->> '$'), '@', 2))
            ),
            list_transform(urls, lambda url: {{ web_domain("url ->> '$'") }})
        ) as domains,
        list_transform(
            phones,
            lambda phone: regexp_replace(
                regexp_replace(coalesce(phone ->> 'number', phone ->> '$'), '[^0-9]', '', 'g'),
                '^1([0-9]{10})$', '\1'
            )
        ) as phone_keys,
        list_transform(
            addresses,
            lambda address: lower(regexp_replace(
                concat_ws(' ', address ->> 'address_1', left(address ->> 'postalCode', 5)),
                '[^A-Za-z0-9]+', ' ', 'g'
            ))
        ) as address_keys
    from accounts
    cross join name_words
    where not is_gone
)

select * from keyed

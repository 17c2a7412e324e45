with

organizations as (select * from {{ ref('stg_visual_practice__organizations') }}),

people as (select * from {{ ref('stg_visual_practice__people') }}),

mapped as (select * from {{ ref('int_addresses_mapped') }}),

listed as (
    {%- for object in ['people', 'organizations'] %}
        select
            '{{ object }}' as source_object,
            id as source_id,
            'addresses' as source_field,
            unnest(addresses) as entry,
            generate_subscripts(addresses, 1) as position
        from {{ object }}
        union all
    {%- endfor %}
    select
        source_object,
        source_id,
        source_field,
        entry,
        position
    from mapped
),

written as (
    select
        source_object,
        source_id,
        source_field,
        position,
        coalesce({{ clean_line('entry.label') }}, 'address') as label,
        coalesce(entry."primary", false) as is_primary,
        {{ clean_line('entry.street') }} as address_1,
        {{ clean_line('entry.street2') }} as address_2,
        {{ clean_line('entry.city') }} as city,
        {{ clean_line('entry.region') }} as state,
        {{ clean_line('entry.postal_code') }} as postal_text,
        {{ clean_line('entry.country') }} as country
    from listed
),

numbered as (
    select
        * exclude (postal_text),
        case
            -- a spreadsheet made a number of the ZIP: its zeros in front are put back
            when regexp_matches(postal_text, '^[0-9]{1,5}\.0+$')
                then lpad(split_part(postal_text, '.', 1), 5, '0')
            when regexp_matches(postal_text, '^[0-9]{6,9}\.0+$')
                then lpad(split_part(postal_text, '.', 1), 9, '0')
            else postal_text
        end as postal_digits
    from written
),

zipped as (
    select
        * exclude (postal_digits),
        -- nine digits are a ZIP+4
        regexp_replace(postal_digits, '^([0-9]{5})([0-9]{4})$', '\1-\2') as postal_code,
        lower(regexp_replace(
            concat_ws(' ', address_1, left(postal_digits, 5)), '[^A-Za-z0-9]+', ' ', 'g'
        )) as address_key,
        -- a country or a state alone is no address
        coalesce(address_1, address_2, city, postal_digits) is not null as is_valid
    from numbered
    where coalesce(address_1, address_2, city, postal_digits, state, country) is not null
),

once as (
    select *
    from zipped
    qualify row_number() over (
        partition by
            source_object, source_id, address_1, address_2, city, state, postal_code, country
        order by is_primary desc, position asc
    ) = 1
)

select * from once

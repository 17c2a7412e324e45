{# The e-mails, numbers and addresses that do not move, by the rule that keeps them back. #}
with

records as (
    {%- for object in ['people', 'organizations'] %}
        select
            '{{ object }}' as source_object,
            id as source_id,
            _locator as locator
        from {{ ref('stg_visual_practice__' ~ object) }}
        where not is_deleted
        {{ "union all" if not loop.last }}
    {%- endfor %}
),

left_out as (
    select
        source_object,
        source_id,
        source_field,
        'no e-mail address: it is left out' as finding
    from {{ ref('int_emails_cleaned') }}
    where not is_valid
    union all
    select
        source_object,
        source_id,
        source_field,
        'words beside the address: they are left out' as finding
    from {{ ref('int_emails_cleaned') }}
    where is_valid and has_words_beside
    union all
    select
        source_object,
        source_id,
        source_field,
        'no telephone number: it is left out (' || replace(problem, '_', ' ') || ')' as finding
    from {{ ref('int_phones_cleaned') }}
    where not is_valid
    union all
    select
        source_object,
        source_id,
        source_field,
        'a state or a country alone is no address: it is left out' as finding
    from {{ ref('int_addresses_cleaned') }}
    where not is_valid
    union all
    select
        source_object,
        source_id,
        source_field,
        'its address has that part from another field: it is left out' as finding
    from {{ ref('int_address_parts') }}
    where place is null
),

findings as (
    select
        left_out.source_object as object,
        left_out.source_id,
        left_out.source_field as field,
        left_out.finding,
        records.locator
    from left_out
    inner join records
        on
            left_out.source_object = records.source_object
            and left_out.source_id = records.source_id
)

select * from findings

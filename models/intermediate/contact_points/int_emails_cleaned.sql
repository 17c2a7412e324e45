with

organizations as (select * from {{ ref('stg_visual_practice__organizations') }}),

people as (select * from {{ ref('stg_visual_practice__people') }}),

mapped as (
    select * from {{ ref('int_points_mapped') }}
    where kind = 'email'
),

shared as (select local_part from {{ ref('shared_mailboxes') }}),

placeholders_typed as (select * from {{ ref('placeholder_mailboxes') }}),

listed as (
    {%- for object in ['people', 'organizations'] %}
        select
            '{{ object }}' as source_object,
            id as source_id,
            'emails' as source_field,
            unnest(emails) as entry,
            generate_subscripts(emails, 1) as position
        from {{ object }}
        union all
    {%- endfor %}
    select
        source_object,
        source_id,
        source_field,
        struct_pack(label := label, value := value, "primary" := false) as entry, -- noqa: PRS
        position
    from mapped
),

written as (
    select
        source_object,
        source_id,
        source_field,
        position,
        {{ clean_line('entry.label') }} as label,
        coalesce(entry."primary", false) as is_primary,
        {{ email_addresses('entry.value') }} as addresses,
        {{ has_words_beside('entry.value') }} as has_words_beside
    from listed
),

single as (
    select
        * exclude (addresses),
        unnest(addresses) as address,
        generate_subscripts(addresses, 1) as part
    from written
),

cleaned as (
    select
        *,
        {{ clean_line('address') }} as email
    from single
),

judged as (
    select
        *,
        lower(email) as email_key,
        {{ email_words('lower(email)') }} as words,
        -- an address that no mail server would take is no identity, and Nutshell refuses it
        {{ is_email_address('lower(email)') }} as is_valid
    from cleaned
    where email is not null
),

known as (
    select
        judged.* exclude (words),
        typed_names.word is not null or typed_hosts.word is not null as is_placeholder,
        -- a mailbox that several people use is nobody's identity, nor is one that was made up
        local_parts.local_part is not null or addresses.local_part is not null or is_placeholder
            as is_shared
    from judged
    left join placeholders_typed as typed_names
        on judged.words.local_part = typed_names.word and typed_names.part = 'local_part'
    left join placeholders_typed as typed_hosts
        on judged.words.domain = typed_hosts.word and typed_hosts.part = 'domain'
    left join shared as local_parts
        on split_part(judged.email_key, '@', 1) = local_parts.local_part
    left join shared as addresses on judged.email_key = addresses.local_part
),

once as (
    select
        * exclude (has_words_beside),
        bool_or(has_words_beside) over (partition by source_object, source_id, email_key)
            as has_words_beside
    from known
    qualify row_number() over (
        partition by source_object, source_id, email_key
        order by is_primary desc, position asc, part asc
    ) = 1
)

select * from once

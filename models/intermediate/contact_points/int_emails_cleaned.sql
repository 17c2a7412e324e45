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
    select
        'people' as source_object,
        id as source_id,
        unnest(emails) as entry,
        generate_subscripts(emails, 1) as position
    from people
    union all
    select
        'organizations' as source_object,
        id as source_id,
        unnest(emails) as entry,
        generate_subscripts(emails, 1) as position
    from organizations
    union all
    select
        source_object,
        source_id,
        struct_pack(label := label, value := value, "primary" := false) as entry, -- noqa: PRS
        position
    from mapped
),

written as (
    select
        source_object,
        source_id,
        position,
        {{ clean_line('entry.label') }} as label,
        coalesce(entry."primary", false) as is_primary,
        entry.value as original,
        -- `Name <a@b.c>` and `mailto:a@b.c` hold an address
        regexp_replace(
            coalesce(nullif(regexp_extract(entry.value, '<([^<>]+)>', 1), ''), entry.value),
            '^\s*mailto:', '', 'i'
        ) as address
    from listed
),

cleaned as (
    select
        *,
        {{ clean_line('address') }} as email
    from written
),

judged as (
    select
        *,
        lower(email) as email_key,
        -- an address that no mail server would take is no identity, and Nutshell refuses it
        coalesce(regexp_matches(
            lower(email),
            '^[a-z0-9_][a-z0-9_.%+''&/=?^~!#$*{}|-]*@([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$'
        ), false) as is_valid
    from cleaned
    where email is not null
),

worded as (
    select
        *,
        -- no.email2+ann@… is noemail
        regexp_replace(
            split_part(split_part(email_key, '@', 1), '+', 1), '[0-9]+$|[^\p{L}0-9]', '', 'g'
        ) as local_word,
        -- noemail.com is noemail, and all of .invalid is made up
        if(
            ends_with(email_key, '.invalid'), 'invalid',
            split_part(split_part(email_key, '@', 2), '.', -2)
        ) as domain_word
    from judged
),

known as (
    select
        judged.* exclude (local_word, domain_word),
        typed_names.word is not null or typed_hosts.word is not null as is_placeholder,
        -- a mailbox that several people use is nobody's identity, nor is one that was made up
        local_parts.local_part is not null
        or addresses.local_part is not null
        or is_placeholder as is_shared
    from worded as judged
    left join placeholders_typed as typed_names
        on judged.local_word = typed_names.word and typed_names.part = 'local_part'
    left join placeholders_typed as typed_hosts
        on judged.domain_word = typed_hosts.word and typed_hosts.part = 'domain'
    left join shared as local_parts
        on split_part(judged.email_key, '@', 1) = local_parts.local_part
    left join shared as addresses on judged.email_key = addresses.local_part
),

once as (
    select *
    from known
    qualify row_number() over (
        partition by source_object, source_id, email_key order by is_primary desc, position asc
    ) = 1
)

select * from once

with

organizations as (select * from {{ ref('stg_visual_practice__organizations') }}),

people as (select * from {{ ref('stg_visual_practice__people') }}),

mapped as (
    select * from {{ ref('int_points_mapped') }}
    where kind = 'email'
),

shared as (select local_part from {{ ref('shared_mailboxes') }}),

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

known as (
    select
        judged.*,
        -- a mailbox that several people use is nobody's identity
        local_parts.local_part is not null or addresses.local_part is not null as is_shared
    from judged
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

{# A create that was given up and took effect later than a second look stands there twice, and no
   key of Nutshell's forbids it: it is found here, the next time that Nutshell is read. #}
with

held as (select * from {{ ref('int_markers_held') }}),

audited as (
    select
        record_key,
        kind,
        nutshell_id
    from {{ ref('stg_audit__records') }}
    where state in ('created', 'matched') and nutshell_id is not null
),

ranked as (
    select
        held.*,
        coalesce(modified_at > created_at, false) as is_edited,
        count(*) over (partition by held.record_key, held.kind) as copies,
        -- what links to it, and what we write to, is the audit's; without one the oldest stays
        first_value(held.nutshell_id) over (
            partition by held.record_key, held.kind
            order by audited.nutshell_id is null, held.nutshell_id
        ) as keep_id,
        bool_or(audited.nutshell_id is not null) over (
            partition by held.record_key, held.kind
        ) as is_keep_audited
    from held
    left join audited
        on
            held.record_key = audited.record_key
            and held.kind = audited.kind
            and held.nutshell_id = audited.nutshell_id
),

extra as (
    select
        -- ids
        record_key,
        source_object,
        substr(record_key, length(source_object) + 2) as source_id,
        kind,
        nutshell_id,
        keep_id,

        -- numbers
        copies,

        -- text
        if(
            is_keep_audited,
            'the audit''s: links and later writes go to it',
            'the oldest: the audit knows none of them'
        ) as why_kept,
        if(is_edited, 'carry over what was added to ' || nutshell_id || ', then ', '')
        || 'delete ' || kind || ' ' || nutshell_id || ', the extra, in Nutshell and keep '
        || keep_id || ' (' || why_kept || '); then `extract nutshell` and build' as mend,

        -- flags
        is_edited,

        -- times
        created_at
    from ranked
    where copies > 1 and nutshell_id <> keep_id
)

select * from extra

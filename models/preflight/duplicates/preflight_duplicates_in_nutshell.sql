{# A create that was given up and took effect later than a second look stands there twice, and no
   key of Nutshell's forbids it: it is found here, the next time that Nutshell is read.
   `load rollback --extras` takes it back, and looks for itself whether somebody worked on it. #}
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

-- what else would carry the marker twice is not ours to take back
given_up as (
    select distinct
        record_key,
        kind
    from {{ ref('stg_audit__writes') }}
    where
        operation = 'create'
        and step = 'record'
        and status = 'failed'
        and cause_class = 'in_doubt_absent'
),

ranked as (
    select
        held.*,
        given_up.record_key is not null as is_given_up,
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
    left join given_up on held.record_key = given_up.record_key and held.kind = given_up.kind
),

worded as (
    select
        *,
        kind || ' ' || nutshell_id || ', the extra,' as extra,
        if(
            is_keep_audited,
            'the audit''s: links and later writes go to it',
            'the oldest: the audit knows none of them'
        ) as why_kept,
        if(
            is_keep_audited or not is_given_up,
            'keep ' || keep_id || ' (' || why_kept || ')',
            keep_id || ' too: the audit knows neither, and a load makes the record anew'
        ) as other
    from ranked
    where copies > 1 and nutshell_id <> keep_id
),

mended as (
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
        why_kept,
        case
            when not is_given_up
                then
                    if(is_edited, 'carry over what was added to ' || nutshell_id || ', then ', '')
                    || 'delete ' || extra || ' in Nutshell and ' || other
            when is_edited
                then
                    '`load rollback --extras --preview` says whether ' || extra
                    || ' has somebody''s work in it. If so, carry that over and delete it in'
                    || ' Nutshell; if not, let the command without --preview delete it. And '
                    || other
            else
                '`load rollback --extras --preview`, then without --preview, to delete ' || extra
                || ' and ' || other
        end || '; then `extract nutshell` and build' as mend,

        -- flags
        is_edited,
        is_given_up,

        -- times
        created_at
    from worded
)

select * from mended

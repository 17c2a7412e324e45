{# Records that somebody else worked on after a write of ours: the revision that we first saw after
   it is gone, or was when we wrote next. Our own writes move the revision too. #}
{% set tables = [
    ('account', 'accounts'), ('contact', 'contacts'), ('lead', 'leads'), ('activity', 'activities'),
] %}
with own_writes as (

    select
        record_key,
        kind,
        nutshell_id,
        settled_at,
        -- a late copy that was taken back has revisions of its own
        lead(settled_at) over (partition by record_key, nutshell_id order by write_id) as next_at,
        lead(rev_before) over (partition by record_key, nutshell_id order by write_id) as next_found
    from {{ ref('stg_audit__writes') }}
    where status = 'done' and kind <> 'file'

),

landed as (

    {% for kind, table in tables %}
        select
            '{{ kind }}' as kind,
            id as nutshell_id,
            cast(rev as varchar) as rev,
            _extracted_at as seen_at
        from {{ source('nutshell', table) }}
        where not is_missing
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}

),

-- what we saw between a write and the next
seen as (

    select
        own_writes.record_key,
        own_writes.settled_at,
        min_by(landed.rev, landed.seen_at) as first_rev,
        max_by(landed.rev, landed.seen_at) as last_rev,
        any_value(own_writes.next_found) as next_found
    from own_writes
    inner join landed
        on
            own_writes.kind = landed.kind
            and own_writes.nutshell_id = landed.nutshell_id
            and own_writes.settled_at < landed.seen_at
            and (own_writes.next_at is null or own_writes.next_at > landed.seen_at)
    group by own_writes.record_key, own_writes.settled_at

),

edited as (

    select
        record_key,
        max(settled_at) as edited_after
    from seen
    where first_rev <> last_rev or first_rev <> next_found
    group by record_key

)

select * from edited

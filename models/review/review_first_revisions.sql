{# The revision that each record had when it was first seen after our last write: any other, later,
   is somebody else's work. #}
{% set tables = [
    ('account', 'accounts'), ('contact', 'contacts'), ('lead', 'leads'), ('activity', 'activities'),
] %}
with last_writes as (

    select
        record_key,
        kind,
        max(nutshell_id) as nutshell_id,
        max(settled_at) as settled_at
    from {{ ref('stg_audit__writes') }}
    where status = 'done' and kind <> 'file'
    group by record_key, kind

),

landed as (

    {% for kind, table in tables %}
        select
            '{{ kind }}' as kind,
            id as nutshell_id,
            rev,
            _extracted_at
        from {{ source('nutshell', table) }}
        where not is_missing
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}

),

first_seen as (

    select
        last_writes.record_key,
        min_by(landed.rev, landed._extracted_at) as rev
    from landed
    inner join last_writes
        on
            landed.kind = last_writes.kind
            and landed.nutshell_id = last_writes.nutshell_id
            and landed._extracted_at > last_writes.settled_at
    group by last_writes.record_key

)

select * from first_seen

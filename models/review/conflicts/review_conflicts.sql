{# What people did in Nutshell after our write, and what was decided, field by field (before, ours,
   now); and records that one side has deleted since, which stay as they are over there. #}
with images as (

    -- as it was before our first edit of the record; null where we made it
    select
        record_key,
        try_cast(arg_min(before, write_id) as json) as before
    from {{ ref('stg_audit__writes') }}
    where step = 'record' and operation in ('create', 'update') and status = 'done'
    group by record_key
    having not bool_or(operation = 'create')

),

told as (

    select
        conflicts.record_key,
        conflicts.kind,
        records.source_object,
        records.source_id,
        records.known_id as nutshell_id,
        conflicts.what,
        conflicts.field,
        case
            when starts_with(conflicts.field, 'customFields.')
                then {{ json_member(
                    "images.before -> 'customFields'",
                    "split_part(conflicts.field, 'customFields.', 2)"
                ) }} ->> '$'
            else {{ json_member('images.before', 'conflicts.field') }} ->> '$'
        end as before,
        conflicts.ours,
        conflicts.now,
        conflicts.wanted,
        conflicts.source_changed,
        conflicts.destination_changed,
        conflicts.decision,
        conflicts.policy,
        conflicts.found_by,
        conflicts.run_id
    from {{ ref('review_conflicts_found') }} as conflicts
    inner join {{ ref('plan_verdicts') }} as records on conflicts.record_key = records.record_key
    left join images on conflicts.record_key = images.record_key

)

select * from told

{# What people did in Nutshell after our write, and what was decided, field by field (before, ours,
   now); and records that one side has deleted since, which stay as they are over there. #}
with planned as (

    select
        decisions.record_key,
        decisions.kind,
        'field' as what,
        decisions.field,
        decisions.ours,
        decisions.now,
        decisions.wanted,
        decisions.source_changed,
        decisions.destination_changed,
        decisions.decision,
        decisions.on_conflict as policy,
        'plan' as found_by
    from {{ ref('plan_field_decisions') }} as decisions
    where
        decisions.has_ours
        and (decisions.destination_changed or decisions.decision in ('ask', 'keep_null'))

),

-- changed in the minutes between plan and write
at_write as (

    select
        record_key,
        kind,
        'field' as what,
        field,
        seen as ours,
        now,
        planned as wanted,
        true as source_changed,
        true as destination_changed,
        'keep_destination' as decision,
        'destination_wins' as policy,
        'apply' as found_by
    from {{ ref('stg_audit__conflicts') }}

),

-- deleted by the practice: Nutshell keeps it; deleted by a person in Nutshell: it stays deleted
deleted as (

    select
        record_key,
        kind,
        reason as what,
        cast(null as varchar) as field,
        cast(null as varchar) as ours,
        cast(null as varchar) as now,
        cast(null as varchar) as wanted,
        reason = 'deleted_in_source' as source_changed,
        reason = 'deleted_in_nutshell' as destination_changed,
        'keep_destination' as decision,
        'destination_wins' as policy,
        'plan' as found_by
    from {{ ref('plan_verdicts') }}
    where
        reason in ('deleted_in_source', 'deleted_in_nutshell')
        and state in ('created', 'matched')

),

conflicts as (

    select * from planned
    union all
    select * from at_write
    union all
    select * from deleted

),

-- as it was before our first edit of the record; null where we made it
images as (

    select
        record_key,
        arg_min(before, write_id) as before
    from {{ ref('stg_audit__writes') }}
    where step = 'record' and operation = 'update' and status = 'done'
    group by record_key

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
                then json_extract_string(
                    images.before,
                    '$.customFields."' || split_part(conflicts.field, 'customFields.', 2) || '"'
                )
            else json_extract_string(images.before, '$."' || conflicts.field || '"')
        end as before,
        conflicts.ours,
        conflicts.now,
        conflicts.wanted,
        conflicts.source_changed,
        conflicts.destination_changed,
        conflicts.decision,
        conflicts.policy,
        conflicts.found_by
    from conflicts
    inner join {{ ref('plan_verdicts') }} as records on conflicts.record_key = records.record_key
    left join images on conflicts.record_key = images.record_key

)

select * from told

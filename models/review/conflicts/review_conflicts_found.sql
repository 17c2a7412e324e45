{# What people did in Nutshell after our write, as plan and apply met it: fields that both or they
   alone changed, those written over among them, and records that one side has deleted. #}
with gone as (select * from {{ ref('plan_gone') }}),

-- of a record that is gone nothing is left to decide field by field: what was read is of the past
planned as (

    select
        record_key,
        kind,
        'field' as what,
        field,
        ours,
        now,
        wanted,
        source_changed,
        destination_changed,
        decision,
        on_conflict as policy,
        'plan' as found_by,
        cast(null as varchar) as run_id
    from {{ ref('plan_field_decisions') }}
    where
        has_ours
        and (destination_changed or decision in ('ask', 'keep_null'))
        and record_key not in (select record_key from gone)

),

told_by_audit as (

    select
        *,
        'keep_destination' as decision,
        'apply' as found_by
    from {{ ref('review_conflicts_at_write') }}
    union all by name
    select
        *,
        'write' as decision,
        'plan' as found_by
    from {{ ref('review_conflicts_written') }}

),

audited as (

    select
        *,
        'field' as what,
        true as source_changed,
        true as destination_changed
    from told_by_audit

),

-- deleted by the practice: Nutshell keeps it; deleted by a person in Nutshell: it stays deleted
deleted as (

    select
        verdicts.record_key,
        verdicts.kind,
        verdicts.reason as what,
        cast(null as varchar) as field,
        cast(null as varchar) as ours,
        cast(null as varchar) as now,
        cast(null as varchar) as wanted,
        verdicts.reason = 'deleted_in_source' as source_changed,
        -- the practice's word goes first where both have deleted it
        gone.record_key is not null as destination_changed,
        'keep_destination' as decision,
        'destination_wins' as policy,
        'plan' as found_by,
        cast(null as varchar) as run_id
    from {{ ref('plan_verdicts') }} as verdicts
    left join gone on verdicts.record_key = gone.record_key
    where
        verdicts.reason in ('deleted_in_source', 'deleted_in_nutshell')
        and verdicts.state in ('created', 'matched')

),

conflicts as (

    select * from planned
    union all by name
    select * from audited
    union all by name
    select * from deleted

)

select * from conflicts

{# Fields that a person changed in Nutshell after our write, and what was decided: before,
   ours, now. #}
with planned as (

    select
        decisions.record_key,
        decisions.kind,
        records.source_object,
        records.source_id,
        keys.nutshell_id,
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
    inner join {{ ref('plan_records') }} as records on decisions.record_key = records.record_key
    inner join {{ ref('plan_keys') }} as keys on decisions.record_key = keys.record_key
    where
        decisions.has_ours
        and (decisions.destination_changed or decisions.decision in ('ask', 'keep_null'))

),

-- changed in the minutes between plan and write
at_write as (

    select
        record_key,
        kind,
        source_object,
        source_id,
        nutshell_id,
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

conflicts as (

    select * from planned
    union all
    select * from at_write

)

select * from conflicts

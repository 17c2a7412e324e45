{# Fields that a person changed in the minutes between plan and write, as the loader found them: it
   leaves them to the person, and the policy says what the next plan makes of them. #}
with found as (

    select
        record_key,
        kind,
        field,
        -- the audit keeps values as JSON
        try_cast(seen as json) ->> '$' as ours,
        try_cast(now as json) ->> '$' as now,
        try_cast(planned as json) ->> '$' as wanted,
        run_id
    from {{ ref('stg_audit__conflicts') }}
    -- an interrupted run finds the same again
    qualify row_number() over (partition by record_key, field, run_id order by found_at desc) = 1

),

policed as (

    select
        found.*,
        policies.on_conflict as policy
    from found
    inner join {{ ref('conflicts') }} as policies
        on {{ policy_holds('policies', 'found.kind', 'found.field') }}
    qualify
        row_number() over (
            partition by found.record_key, found.field, found.run_id
            order by {{ most_particular_policy('policies', 'found.field') }}
        ) = 1

)

select * from policed

{# One verdict a record: create it, update it, leave it, or hold it back, and why. What is
   already there is subtracted here, so that a second run plans nothing. #}
with records as (

    select
        -- not the payloads: they would be copied once more
        record_key,
        source_object,
        source_id,
        kind,
        bucket_reason,
        nutshell_id,
        survivor_key,
        level,
        depends_on,
        desired_hash,
        value_payload is not null as has_value,
        outcome_payload is not null as has_outcome
    from {{ ref('records') }}

),

settled as (

    select
        record_key,
        nutshell_id,
        state,
        desired is not null as has_ours,
        desired_hash
    from {{ ref('stg_audit__records') }}

),

gone as (

    select * from {{ ref('plan_gone') }}

),

judged as (

    select
        records.*,
        settled.state,
        coalesce(settled.has_ours, false) as has_ours,
        coalesce(
            case when settled.state in ('created', 'matched') then settled.nutshell_id end,
            records.nutshell_id
        ) as known_id,
        updates.payload as update_payload,
        updates.seen,
        coalesce(updates.writes_value, false) as writes_value,
        coalesce(updates.writes_outcome, false) as writes_outcome,
        blocked.cause_key,
        case
            when records.bucket_reason is not null then records.bucket_reason
            when blocked.record_key is not null then blocked.reason
            when gone.record_key is not null then 'deleted_in_nutshell'
            -- a file is copied once; again only where its bytes, its name or its record changed
            when
                records.kind = 'file'
                and settled.state = 'created'
                and settled.desired_hash = records.desired_hash
                then 'unchanged'
            when records.kind = 'file' and settled.state = 'created' then 'changed_in_source'
            when records.kind = 'file' then 'new'
            when settled.state in ('created', 'matched') and updates.record_key is not null
                then 'changed_in_source'
            when settled.state in ('created', 'matched') then 'unchanged'
            when records.nutshell_id is not null and updates.record_key is not null
                then 'blanks_filled'
            when records.nutshell_id is not null then 'already_there'
            else 'new'
        end as reason
    from records
    left join settled on records.record_key = settled.record_key
    left join {{ ref('plan_updates') }} as updates on records.record_key = updates.record_key
    left join {{ ref('plan_blocked') }} as blocked on records.record_key = blocked.record_key
    left join gone on records.record_key = gone.record_key

),

bucketed as (

    select
        judged.*,
        reasons.bucket
    from judged
    left join {{ ref('reasons') }} as reasons on judged.reason = reasons.reason

)

select * from bucketed

{# One row per record that is not on all three sides the same: wanted, as we wrote it, as it is now.
   Told by one number for each side's cells; the cells themselves stay unread. #}
with differing as (

    select wanted.record_key
    from {{ ref('records_desired') }} as wanted
    left join {{ ref('records_last_written') }} as ours on wanted.record_key = ours.record_key
    left join {{ ref('records_live') }} as now on wanted.record_key = now.record_key
    where
        -- what is gone in Nutshell has no fields to compare
        not coalesce(now.is_gone, false)
        -- what was not read back yet is compared with what we wrote
        and (
            now.cells_hash is null
            or wanted.cells_hash <> now.cells_hash
            or ours.cells_hash <> now.cells_hash
        )

)

select * from differing

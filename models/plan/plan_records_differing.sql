{# One row per record that is not on all three sides the same: wanted, as we wrote it, as it is now.
   One number stands for a record's cells: joining numbers costs a fraction of joining cells. #}
with wanted as (

    select
        record_key,
        hash(cells) as cells
    from {{ ref('plan_cells_wanted') }}

),

ours as (

    select
        record_key,
        hash(cells) as cells
    from {{ ref('plan_cells_ours') }}

),

now as (

    select
        record_key,
        is_gone,
        hash(cells) as cells
    from {{ ref('plan_cells_now') }}

),

differing as (

    select wanted.record_key
    from wanted
    left join ours on wanted.record_key = ours.record_key
    left join now on wanted.record_key = now.record_key
    where
        -- what is gone in Nutshell has no fields to compare
        not coalesce(now.is_gone, false)
        -- what was not read back yet is compared with what we wrote
        and (now.cells is null or wanted.cells <> now.cells or ours.cells <> now.cells)

)

select * from differing

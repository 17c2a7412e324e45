{# Records of ours that Nutshell holds no more: given back as deleted, or missing from a whole
   listing that began after our last word on them. A person deleted them: humans win. #}
with now as (

    select * from {{ ref('plan_cells_now') }}

),

listings as (

    select
        object,
        arg_max(started_at, run_id) as listed_at
    from {{ source('nutshell', 'runs') }}
    where kind = 'full'
    group by object

),

settled as (

    select
        records.record_key,
        listings.listed_at
    from {{ ref('stg_audit__records') }} as records
    inner join {{ ref('kinds') }} as kinds on records.kind = kinds.kind
    inner join listings on lower(kinds.entity_type) = listings.object
    where
        records.state in ('created', 'matched')
        and records.nutshell_id is not null
        -- what was written while the listing was under way may be missing from it
        and records.updated_at < listings.listed_at

),

gone as (

    select now.record_key
    from now
    where now.is_gone
    union
    select settled.record_key
    from settled
    anti join now on settled.record_key = now.record_key

)

select * from gone

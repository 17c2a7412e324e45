{# Every record that Nutshell already has, as the cells that it shall show. #}
with known as (

    select
        records.record_key,
        records.kind,
        cast(records.desired as json) as desired
    from {{ ref('records') }} as records
    semi join {{ ref('plan_keys') }} as keys on records.record_key = keys.record_key
    where records.bucket_reason is null

),

cells as (

    {{ cells_by_kind('known') }}

),

-- one number stands for a record's cells: joining numbers costs a fraction of joining cells
numbered as (

    select
        *,
        hash(cells) as cells_hash
    from cells

)

select * from numbered

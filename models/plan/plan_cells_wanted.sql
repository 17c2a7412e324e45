{# Every record that Nutshell already has, as the cells that it shall show. #}
with known as (

    select
        records.record_key,
        records.kind,
        cast(records.desired as json) as desired
    from {{ ref('plan_records') }} as records
    semi join {{ ref('plan_keys') }} as keys on records.record_key = keys.record_key
    where records.bucket_reason is null

),

cells as (

    {{ cells_by_kind('known') }}

)

select * from cells

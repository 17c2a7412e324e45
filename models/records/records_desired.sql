{# Every record that Nutshell already has, as the cells that it shall show. #}
with

records as (select * from {{ ref('records') }}),

keys as (select * from {{ ref('record_keys') }}),

known as (
    select
        records.record_key,
        records.kind,
        try_cast(records.desired as json) as desired
    from records
    semi join keys on records.record_key = keys.record_key
    where records.bucket_reason is null
),

told as (
    {{ cells_by_kind('known', 'desired', 'payload') }}
),

-- one number stands for a record's cells: joining numbers costs a fraction of joining cells
numbered as (
    select
        *,
        hash(cells) as cells_hash
    from told
)

select * from numbered

{# What we wrote last, as cells: the middle of the three-way comparison. #}
with

settled as (
    select
        record_key,
        kind,
        try_cast(desired as json) as desired
    from {{ ref('stg_audit__records') }}
    where state in ('created', 'matched') and desired is not null
),

told as (
    {{ cells_by_kind('settled', 'desired', 'payload') }}
),

-- one number stands for a record's cells: joining numbers costs a fraction of joining cells
numbered as (
    select
        *,
        hash(cells) as cells_hash
    from told
)

select * from numbered

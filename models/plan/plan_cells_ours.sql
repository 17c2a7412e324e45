{# What we wrote last, as cells: the middle of the three-way comparison. #}
with settled as (

    select
        record_key,
        kind,
        cast(desired as json) as desired
    from {{ ref('stg_audit__records') }}
    where state in ('created', 'matched') and desired is not null

),

cells as (

    {{ cells_by_kind('settled') }}

)

select * from cells

{# Every record that Nutshell holds because of us, whole: what was wanted and what is there.
   review_record opens one of them field by field. #}
with cells as (

    select
        wanted.record_key,
        wanted.kind,
        now.nutshell_id,
        wanted.cells as wanted,
        now.cells as now
    from {{ ref('records_desired') }} as wanted
    left join {{ ref('records_live') }} as now on wanted.record_key = now.record_key
    semi join {{ ref('stg_audit__records') }} as settled on wanted.record_key = settled.record_key

)

select * from cells

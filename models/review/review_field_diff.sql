{# Start here after review_summary: every mapped field that is not in Nutshell as it was in the
   practice, worst first. Records that are all the same are counted in review_field_counts. #}
with settled as (

    select
        record_key,
        nutshell_id,
        html_url
    from {{ ref('stg_audit__records') }}
    where state in ('created', 'matched')

),

defaulted as (select * from {{ ref('int_custom_fields_defaulted') }}),

now as (

    select
        record_key,
        is_gone,
        cells
    from {{ ref('plan_cells_now') }}

),

missing as (

    select
        settled.record_key,
        records.kind,
        cast(null as varchar) as field,
        cast(null as varchar) as wanted,
        cast(null as varchar) as ours,
        cast(null as varchar) as now,
        'missing_record' as diff_class
    from settled
    inner join {{ ref('plan_records') }} as records on settled.record_key = records.record_key
    inner join now on settled.record_key = now.record_key
    where now.is_gone

),

-- equal to what was mapped, and yet not what the practice had
filled_by_default as (

    select
        defaulted.record_key,
        records.kind,
        defaulted.field,
        now.cells[defaulted.field] as wanted,
        now.cells[defaulted.field] as ours,
        now.cells[defaulted.field] as now,
        'defaulted' as diff_class
    from defaulted
    inner join settled on defaulted.record_key = settled.record_key
    inner join now on defaulted.record_key = now.record_key
    inner join {{ ref('plan_records') }} as records on defaulted.record_key = records.record_key
    inner join {{ ref('plan_cells_wanted') }} as wanted
        on defaulted.record_key = wanted.record_key
    where not now.is_gone and wanted.cells[defaulted.field] = now.cells[defaulted.field]

),

found as (

    select * from {{ ref('review_cells_classed') }}
    union all
    select * from filled_by_default
    union all
    select * from missing

),

diffs as (

    select
        classes.severity,
        found.diff_class,
        records.source_object,
        records.source_id,
        found.kind,
        settled.nutshell_id,
        settled.html_url,
        found.field,
        sources.source_value,
        found.wanted as mapped_value,
        found.now as nutshell_value,
        classes.description as cause,
        classes.is_finding,
        found.record_key
    from found
    inner join {{ ref('diff_classes') }} as classes on found.diff_class = classes.diff_class
    inner join {{ ref('plan_records') }} as records on found.record_key = records.record_key
    inner join settled on found.record_key = settled.record_key
    left join {{ ref('review_source_cells') }} as sources
        on found.record_key = sources.record_key and found.field = sources.field

)

select * from diffs

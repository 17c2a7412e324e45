{# All that is not as the practice has it: what differs in Nutshell, what a default filled, what the
   practice's values lose on the way, and records that are not there. #}
with now as (select * from {{ ref('records_live') }}),

differing as (

    select
        classed.record_key,
        classed.kind,
        classed.field,
        classed.wanted,
        classed.now,
        classed.diff_class,
        cast(null as varchar) as cause
    from {{ ref('review_cells_classed') }} as classed

),

-- equal to what was mapped, and yet not what the practice had
filled_by_default as (

    select
        defaulted.record_key,
        wanted.kind,
        defaulted.field,
        wanted.cells[defaulted.field] as wanted,
        now.cells[defaulted.field] as now,
        'defaulted' as diff_class,
        cast(null as varchar) as cause
    from {{ ref('int_custom_fields_defaulted') }} as defaulted
    inner join {{ ref('records_desired') }} as wanted on defaulted.record_key = wanted.record_key
    inner join now on defaulted.record_key = now.record_key
    where not now.is_gone and wanted.cells[defaulted.field] = now.cells[defaulted.field]

),

lost as (

    select
        losses.record_key,
        losses.kind,
        losses.field,
        losses.wanted,
        now.cells[losses.field] as now,
        losses.diff_class,
        losses.cause
    from {{ ref('review_losses') }} as losses
    inner join now on losses.record_key = now.record_key
    where not now.is_gone

),

missing as (

    select
        record_key,
        kind,
        cast(null as varchar) as field,
        cast(null as varchar) as wanted,
        cast(null as varchar) as now,
        'missing_record' as diff_class,
        cast(null as varchar) as cause
    from now
    where is_gone

),

found as (

    select * from differing
    union all
    select * from filled_by_default
    union all
    select * from lost
    union all
    select * from missing

)

select * from found

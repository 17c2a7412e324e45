{# How many cells of each field were compared, and how each class of difference counts; `same`
   is the rest. A cell counts once. #}
with held as (

    select * from {{ ref('review_cells') }}
    where now is not null

),

fields as (

    select
        kind,
        unnest(map_keys(wanted)) as field
    from held

),

compared as (

    select
        kind,
        field,
        count(*) as cells
    from fields
    group by kind, field

),

diffs as (

    select * from {{ ref('review_field_diff') }}
    where field is not null

),

differing as (

    select
        kind,
        field,
        diff_class,
        count(*) as cells
    from diffs
    group by kind, field, diff_class

),

-- a cell that nothing was wanted in is none of those compared
not_same as (

    select
        diffs.kind,
        diffs.field,
        count(*) as cells
    from diffs
    semi join held on diffs.record_key = held.record_key
    where diffs.mapped_value is not null
    group by diffs.kind, diffs.field

),

same as (

    select
        compared.kind,
        compared.field,
        'same' as diff_class,
        compared.cells - coalesce(not_same.cells, 0) as cells
    from compared
    left join not_same
        on compared.kind = not_same.kind and compared.field = not_same.field

),

counted as (

    select * from same
    union all
    select * from differing

),

told as (

    select
        counted.kind,
        counted.field,
        counted.diff_class,
        classes.severity,
        classes.is_finding,
        classes.is_foreseen,
        counted.cells,
        try_cast(
            100.0 * counted.cells
            / sum(counted.cells) over (partition by counted.kind, counted.field)
            as decimal(5, 1)
        ) as percent
    from counted
    inner join {{ ref('diff_classes') }} as classes on counted.diff_class = classes.diff_class

)

select * from told

{# How many cells of each field were compared, and how each class of difference counts; `same`
   is the rest. #}
with fields as (

    select
        kind,
        unnest(map_keys(wanted)) as field
    from {{ ref('review_cells') }}
    where now is not null

),

compared as (

    select
        kind,
        field,
        count(*) as cells
    from fields
    group by kind, field

),

differing as (

    select
        kind,
        field,
        diff_class,
        count(*) as cells
    from {{ ref('review_field_diff') }}
    where field is not null
    group by kind, field, diff_class

),

totals as (

    select
        kind,
        field,
        sum(cells) as cells
    from differing
    group by kind, field

),

same as (

    select
        compared.kind,
        compared.field,
        'same' as diff_class,
        greatest(compared.cells - coalesce(totals.cells, 0), 0) as cells
    from compared
    left join totals on compared.kind = totals.kind and compared.field = totals.field

),

counted as (

    select * from same
    union all
    select * from differing

)

select
    counted.kind,
    counted.field,
    counted.diff_class,
    classes.severity,
    counted.cells
from counted
inner join {{ ref('diff_classes') }} as classes on counted.diff_class = classes.diff_class

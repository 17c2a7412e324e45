{# Every field that is not as the practice has it, once: the worst class, and all that is known of
   this very record's cause. #}
with explained as (

    select
        found.record_key,
        found.kind,
        found.field,
        found.wanted,
        found.now,
        found.diff_class,
        classes.severity,
        coalesce(
            found.cause,
            case when classes.takes_trouble then trouble.cause end,
            classes.description
        ) as cause
    from {{ ref('review_cells_found') }} as found
    inner join {{ ref('diff_classes') }} as classes on found.diff_class = classes.diff_class
    left join {{ ref('stg_declarations__comparisons') }} as rules
        on found.kind = rules.kind and split_part(found.field, '.', 1) = rules.field
    left join {{ ref('review_trouble') }} as trouble
        on found.record_key = trouble.record_key and rules.part_of = trouble.step

),

judged as (

    select
        record_key,
        kind,
        field,
        first(wanted order by severity) as wanted,
        first(now order by severity) as now,
        first(diff_class order by severity) as diff_class,
        string_agg(cause, '; ' order by severity) as cause
    from explained
    group by record_key, kind, field

)

select * from judged

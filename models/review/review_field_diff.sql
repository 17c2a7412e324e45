{# Start here after review_summary: every mapped field that is not in Nutshell as it was in the
   practice, worst first. What is the same is only counted, in review_field_counts. #}
with settled as (

    select
        record_key,
        source_object,
        source_id,
        nutshell_id,
        html_url
    from {{ ref('stg_audit__records') }}
    where state in ('created', 'matched')

),

diffs as (

    select
        classes.severity,
        judged.diff_class,
        settled.source_object,
        settled.source_id,
        judged.kind,
        settled.nutshell_id,
        settled.html_url,
        judged.field,
        sources.source_value,
        judged.wanted as mapped_value,
        judged.now as nutshell_value,
        judged.cause,
        classes.is_finding,
        classes.is_foreseen,
        judged.record_key
    from {{ ref('review_cells_judged') }} as judged
    inner join {{ ref('diff_classes') }} as classes on judged.diff_class = classes.diff_class
    inner join settled on judged.record_key = settled.record_key
    left join {{ ref('review_source_cells') }} as sources
        on judged.record_key = sources.record_key and judged.field = sources.field

)

select * from diffs

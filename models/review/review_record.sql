{# One record whole, on demand: `select * from review.review_record where record_key =
   'people:per_1'`. #}
{{ config(materialized='view') }}
{{ review_record_sql(
    ref('review_cells'), ref('review_sources'), ref('review_lineage'), ref('review_field_diff')
) }}

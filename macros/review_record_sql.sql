{# The cells of each record as rows; used in the warehouse and again in the published
   review.duckdb. #}
{% macro review_record_sql(cells) -%}
with fields as (

    select
        record_key,
        kind,
        nutshell_id,
        unnest(list_sort(list_distinct(list_concat(
            map_keys(wanted), map_keys(coalesce(now, map {}))
        )))) as field,
        wanted,
        now
    from {{ cells }}

)

select
    record_key,
    kind,
    nutshell_id,
    field,
    wanted[field] as mapped_value,
    now[field] as nutshell_value,
    not ({{ differs('wanted[field]', 'now[field]') }}) as is_same
from fields
{%- endmacro %}

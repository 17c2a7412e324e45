{# A record's cells as rows beside what the practice has in each field, with what differs and why;
   last what of the practice's record stands nowhere. Used in the warehouse and again in the
   published review.duckdb. #}
{% macro review_record_sql(cells, sources, lineage, diffs) -%}
with {{ practice_texts_sql(sources, lineage) }}

fields as (

    select
        record_key,
        unnest(list_concat(map_keys(wanted), map_keys(coalesce(now, map {})))) as field
    from {{ cells }}
    union
    select
        record_key,
        field
    from {{ diffs }}
    union
    select
        record_key,
        field
    from texts

),

mapped as (

    select
        cells.record_key,
        cells.kind,
        cells.nutshell_id,
        fields.field,
        texts.source_value,
        cells.wanted[fields.field] as mapped_value,
        cells.now[fields.field] as nutshell_value,
        case
            when diffs.diff_class is not null then diffs.diff_class
            when cells.wanted[fields.field] is null and cells.now[fields.field] is null
                then 'left_out'
            else 'same'
        end as diff_class,
        case
            when diffs.diff_class is not null then diffs.cause
            when cells.wanted[fields.field] is null and cells.now[fields.field] is null
                then 'nothing is made of it: it says nothing, or does not move by itself'
        end as cause
    from fields
    inner join {{ cells }} as cells on fields.record_key = cells.record_key
    left join texts on fields.record_key = texts.record_key and fields.field = texts.field
    left join {{ diffs }} as diffs
        on
            fields.record_key = diffs.record_key
            and coalesce(fields.field, '') = coalesce(diffs.field, '')

),

left_out as (

    select
        cells.record_key,
        cells.kind,
        cells.nutshell_id,
        told.source_field as field,
        told.source_value,
        cast(null as varchar) as mapped_value,
        cast(null as varchar) as nutshell_value,
        'left_out' as diff_class,
        told.goes_to as cause
    from told
    inner join {{ cells }} as cells on told.record_key = cells.record_key
    -- whether there is a value is not told either of a field that a policy withholds
    where told.field is null and (told.source_value is not null or not told.is_shown)

)

select * from mapped
union all
select * from left_out
{%- endmacro %}

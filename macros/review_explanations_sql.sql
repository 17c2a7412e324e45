{# Why a record, or one of its fields, is as it is: one row a step, in the order of the data's way; a row without a
   field is of the whole record. `told` has no contents; `detail` may. #}
{% macro review_explanations_sql(buckets, cells, lineage, maps, diffs, conflicts, writes) -%}
with fields as (

    select
        cells.record_key,
        buckets.source_object,
        unnest(map_keys(cells.wanted)) as field
    from {{ cells }} as cells
    inner join {{ buckets }} as buckets on cells.record_key = buckets.record_key

),

placed as (

    select
        fields.record_key,
        fields.field,
        fields.source_object,
        lineage.source_field
    from fields
    inner join {{ lineage }} as lineage
        on fields.source_object = lineage.source_object and fields.field = lineage.field

),

mapped as (

    select distinct
        source_object,
        source_field,
        csv_file,
        bool_and(is_confirmed) over (partition by source_object, source_field) as is_confirmed
    from {{ maps }}

),

steps as (

    select
        record_key,
        field,
        1 as step,
        'source' as what,
        source_object || '.' || source_field as told,
        cast(null as varchar) as detail,
        cast(null as timestamptz) as happened_at,
        cast(null as varchar) as by_whom
    from placed
    union all
    select
        placed.record_key,
        placed.field,
        2,
        'value map',
        mapped.csv_file || if(mapped.is_confirmed, ', confirmed', ', not all confirmed'),
        null, null, null
    from placed
    inner join mapped
        on placed.source_object = mapped.source_object and placed.source_field = mapped.source_field
    union all
    select
        record_key,
        null,
        3,
        bucket,
        concat_ws(', ', reason, 'stands in ' || survivor_key, 'because of ' || nullif(cause_key, record_key)),
        null, null, null
    from {{ buckets }}
    union all
    select
        record_key,
        null,
        4,
        'write',
        concat_ws(' ', step, operation, status, cause_class, 'in run ' || run_id),
        null,
        coalesce(settled_at, intended_at),
        started_by
    from {{ writes }}
    union all
    select
        record_key,
        field,
        5,
        'difference',
        diff_class,
        cause, null, null
    from {{ diffs }}
    union all
    select
        record_key,
        field,
        6,
        'conflict',
        concat_ws(', ', what, decision, policy),
        null, null, null
    from {{ conflicts }}

)

select * from steps
{%- endmacro %}

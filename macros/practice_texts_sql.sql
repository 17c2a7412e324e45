{# What the practice has in each field, as the parts `sources`, `told` and `texts` of a query: `told` field by field of
   the practice's, `texts` by the field of Nutshell to which they go. #}
{% macro practice_texts_sql(sources, lineage) -%}
sources as (

    select
        record_key,
        source_object,
        {{ source_maps('source') }}
    from {{ sources }}

),

told as (

    select
        sources.record_key,
        lineage.source_field,
        lineage.field,
        lineage.goes_to,
        lineage.is_shown,
        lineage.position,
        {{ source_value('sources', 'lineage.source_field', 'lineage.is_mapped_by_seed') }}
            as source_value
    from sources
    inner join {{ lineage }} as lineage on sources.source_object = lineage.source_object

),

texts as (

    select
        record_key,
        field,
        string_agg(source_value, ' ' order by position, source_field) as source_value
    from told
    where field is not null and is_shown and source_value is not null
    group by record_key, field

),
{%- endmacro %}

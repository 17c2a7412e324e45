{# What the practice had, field by field, for every record of which something differs. #}
with differing as (

    select
        record_key,
        field
    from {{ ref('plan_cells_compared') }}
    union
    select
        record_key,
        field
    from {{ ref('review_losses') }}

),

records as (

    select
        sources.record_key,
        sources.source_object,
        {{ source_maps('sources.source') }}
    from {{ ref('review_sources') }} as sources
    semi join differing on sources.record_key = differing.record_key

),

texts as (

    select
        differing.record_key,
        differing.field,
        string_agg(
            {{ source_value('records', 'lineage.source_field', 'lineage.is_mapped_by_seed') }},
            ' ' order by lineage.position, lineage.source_field
        ) as source_value
    from differing
    inner join records on differing.record_key = records.record_key
    inner join {{ ref('review_lineage') }} as lineage
        on records.source_object = lineage.source_object and differing.field = lineage.field
    where lineage.is_shown
    group by differing.record_key, differing.field

)

select * from texts

{# What kinds of things the plan carries. A later plan that carries nothing of a new kind runs
   under the approval that stands; anything new is named and asked for. #}
-- a signature for a kind of record covers creating and updating it: deltas bring both
with operations as (

    select distinct
        'operation' as element_kind,
        kind || '/' || step as element
    from {{ ref('plan_operations') }}
    where operation in ('create', 'update')

),

blockers as (

    select distinct
        'blocker' as element_kind,
        blocker_class as element
    from {{ ref('preflight_blockers') }}

),

custom_fields as (

    select distinct
        'field' as element_kind,
        kind || '/' || field as element
    from (
        select
            kind,
            unnest(json_keys(try_cast(payload as json), '$.customFields')) as field
        from {{ ref('records') }}
        where bucket_reason is null and kind <> 'file'
    )

),

source_fields as (

    select distinct
        'source_field' as element_kind,
        object || '/' || field as element
    from {{ ref('stg_visual_practice__fields') }}

),

values_in_use as (

    select distinct
        'value' as element_kind,
        map || '/' || source_object || '.' || source_field || '=' || source_value as element
    from {{ ref('preflight_values_in_use') }}

),

elements as (

    select * from operations
    union all
    select * from blockers
    union all
    select * from custom_fields
    union all
    select * from source_fields
    union all
    select * from values_in_use

)

select * from elements

{# What was never asked for has no number: a zero would say that there is none. #}
with

fields as (select * from {{ ref('stg_visual_practice__fields') }}),

runs as (select * from {{ ref('stg_visual_practice__runs') }}),

seen as (select * from {{ ref('preflight_fields_seen') }}),

objects as (
    select object from fields
    union
    select object from seen
    union
    select object from runs
),

fetched as (select distinct object from runs),

totals as (
    select
        object,
        max(filled) as records
    from seen
    where field = 'id' and not is_custom
    group by object
),

told as (
    select
        -- ids
        objects.object,

        -- text
        if(
            fetched.object is null,
            'not counted: excluded objects are not even fetched; write land_only or inventory into'
            || ' seeds/policies/objects.csv and extract again to count them',
            null
        ) as remark,

        -- numbers
        if(fetched.object is null, null, coalesce(totals.records, 0)) as records,

        -- flags
        fetched.object is not null as is_fetched
    from objects
    left join fetched on objects.object = fetched.object
    left join totals on objects.object = totals.object
)

select * from told

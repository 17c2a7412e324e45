{{ config(materialized='ephemeral') }}

with

objects as (select * from {{ ref('objects') }}),

objects_fetched as (select * from {{ ref('preflight_objects_fetched') }}),

fields_audited as (select * from {{ ref('preflight_fields') }}),

fields as (
    select
        object,
        'fields: ' || string_agg(field, ', ' order by field) as definition
    from fields_audited
    group by object
),

left_behind as (
    select
        'object' as item_kind,
        objects_fetched.object,
        objects_fetched.object as item,
        -- without a row the extractor fetches what can hold no patients' data
        coalesce(objects.policy, if(objects_fetched.is_fetched, 'land_only', 'exclude')) as policy,
        coalesce(objects.classification, 'unclassified') as classification,
        coalesce(objects.reason, 'no policy names it') as reason,
        objects_fetched.records,
        fields.definition,
        objects_fetched.remark
    from objects_fetched
    left join objects on objects_fetched.object = objects.object
    left join fields on objects_fetched.object = fields.object
    where coalesce(objects.policy, 'land_only') in ('exclude', 'land_only')
)

select * from left_behind

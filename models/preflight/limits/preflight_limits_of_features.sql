{# Whether the load, or what is rebuilt by hand after it, needs what a plan may lack. -#}
{{ config(materialized='ephemeral') }}

with

limits as (
    select * from {{ ref('limits') }}
    where starts_with(limit_name, 'feature_')
),

custom_fields as (select * from {{ ref('preflight_custom_fields') }}),

tags as (select * from {{ ref('preflight_tags') }}),

attachments as (select * from {{ ref('preflight_attachments') }}),

other_records as (
    select * from {{ ref('stg_visual_practice__other_records') }}
    where not is_deleted
),

needs as (
    select
        'feature_custom_fields' as limit_name,
        entity
    from custom_fields
    union
    select
        'feature_number_fields' as limit_name,
        'any' as entity
    from custom_fields
    where nutshell_type = 'Number'
    union
    select
        'feature_multiple_choice' as limit_name,
        'any' as entity
    from custom_fields
    where is_multiple
    union
    select
        'feature_tags' as limit_name,
        entity
    from tags
    union
    select
        'feature_file_upload' as limit_name,
        'files' as entity
    from attachments
    where route = 'upload'
    union
    select
        'feature_to_rebuild' as limit_name,
        object as entity
    from other_records
),

measured as (
    select
        limits.limit_name,
        limits.entity,
        0 as used,
        if(needs.limit_name is null, 0, 1) as planned,
        if(needs.limit_name is null, 0, 1) as peak
    from limits
    left join needs on limits.limit_name = needs.limit_name and limits.entity = needs.entity
)

select * from measured

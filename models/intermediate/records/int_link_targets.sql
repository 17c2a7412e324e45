with

records as (select * from {{ ref('int_records_resolved') }}),

reasons as (select * from {{ ref('reasons') }}),

standing as (select * from {{ ref('int_records_standing') }}),

entities as (select * from {{ ref('source_kinds') }}),

-- a twin may live on in the contact of one that the practice has deleted
heirs as (
    select
        source_object,
        nutshell_id,
        min(target_key) as target_key
    from records
    where bucket_reason is null and nutshell_id is not null
    group by source_object, nutshell_id
),

targets as (
    select
        -- ids
        records.source_object || ':' || records.source_id as source_key,
        coalesce(heirs.target_key, records.target_key) as target_key,

        -- text
        records.source_object,
        entities.entity_type,
        records.bucket_reason,

        -- flags
        -- a blocked record keeps its links: what depends on it waits too; an excluded one has none,
        -- unless the practice deleted it after we loaded it: then it stays, and what links to it
        not coalesce(standing.is_gone, false) and (
            coalesce(reasons.bucket, '') <> 'excluded'
            or (records.bucket_reason = 'deleted_in_source' and standing.record_key is not null)
        ) as is_linkable,
        coalesce(standing.is_gone, false) as is_gone
    from records
    left join entities on split_part(records.target_key, ':', 1) = entities.source_object
    left join reasons on records.bucket_reason = reasons.reason
    left join standing on records.target_key = standing.record_key
    left join heirs
        on
            records.bucket_reason = 'deleted_in_source'
            and records.source_object = heirs.source_object
            and standing.nutshell_id = heirs.nutshell_id
)

select * from targets

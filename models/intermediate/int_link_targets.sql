with

organizations as (select * from {{ ref('int_organizations_resolved') }}),

people as (select * from {{ ref('int_people_resolved') }}),

leads as (select * from {{ ref('int_leads_resolved') }}),

deals as (select * from {{ ref('int_deals_resolved') }}),

activities as (select * from {{ ref('int_activities_resolved') }}),

reasons as (select * from {{ ref('reasons') }}),

records as (
    select
        'organizations' as source_object,
        source_id,
        record_key as target_key,
        bucket_reason
    from organizations
    union all
    select
        'people' as source_object,
        source_id,
        record_key as target_key,
        bucket_reason
    from people
    union all
    select
        'leads' as source_object,
        source_id,
        target_key,
        bucket_reason
    from leads
    union all
    select
        'deals' as source_object,
        source_id,
        target_key,
        bucket_reason
    from deals
    union all
    select
        'activities' as source_object,
        source_id,
        record_key as target_key,
        bucket_reason
    from activities
),

entities (target_object, entity_type) as (
    values
    ('organizations', 'Accounts'),
    ('people', 'Contacts'),
    ('leads', 'Leads'),
    ('deals', 'Leads'),
    ('activities', 'Activities')
),

standing as (
    select
        -- ids
        records.source_object || ':' || records.source_id as source_key,
        records.target_key,

        -- text
        records.source_object,
        entities.entity_type,
        records.bucket_reason,

        -- flags
        -- a blocked record keeps its links: what depends on it waits too; an excluded one has none
        coalesce(reasons.bucket, '') <> 'excluded' as is_linkable
    from records
    left join entities on split_part(records.target_key, ':', 1) = entities.target_object
    left join reasons on records.bucket_reason = reasons.reason
)

select * from standing

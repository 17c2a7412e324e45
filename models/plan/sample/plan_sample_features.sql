{# What a reviewer of the sample wants to have seen once, and on which records it can be seen. #}
with

verdicts as (
    select
        record_key,
        source_object,
        source_id,
        bucket,
        reason,
        bucket in ('created', 'updated', 'matched') as is_moving
    from {{ ref('plan_verdicts') }}
),

traits as (select * from {{ ref('plan_sample_traits') }}),

longest as (select * from {{ ref('plan_sample_longest') }}),

sample_values as (select * from {{ ref('plan_sample_values') }}),

record_blockers as (
    select * from {{ ref('preflight_blockers') }}
    where source_id is not null
),

seen_on_movers as (
    select
        record_key,
        feature_kind,
        feature
    from traits
    where feature_kind <> 'attachment route'
    union all
    select
        record_key,
        feature_kind,
        feature
    from longest
    union all
    select
        record_key,
        feature_kind,
        feature
    from sample_values
),

seen_on_all as (
    select
        record_key,
        'verdict' as feature_kind,
        source_object || ' ' || bucket || ': ' || reason as feature
    from verdicts
    union all
    -- the route of a file that stays behind is seen as well as any
    select
        record_key,
        feature_kind,
        feature
    from traits
    where feature_kind = 'attachment route'
    union all
    select distinct
        source_object || ':' || source_id as record_key,
        'blocker' as feature_kind,
        blocker_class || ': ' || detail as feature
    from record_blockers
),

features as (
    select
        verdicts.record_key,
        seen_on_movers.feature_kind,
        seen_on_movers.feature,
        verdicts.is_moving as is_visible
    from seen_on_movers
    inner join verdicts on seen_on_movers.record_key = verdicts.record_key
    union all
    -- why a record stays behind is seen on itself, without a write
    select
        verdicts.record_key,
        seen_on_all.feature_kind,
        seen_on_all.feature,
        verdicts.bucket <> 'unchanged' as is_visible
    from seen_on_all
    inner join verdicts on seen_on_all.record_key = verdicts.record_key
)

select * from features

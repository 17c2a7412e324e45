{# What the sample shows and what it does not, and why. #}
with

features as (select * from {{ ref('plan_sample_features') }}),

sample as (select * from {{ ref('plan_sample') }}),

gates as (select * from {{ ref('preflight_blockers') }}),

counted as (
    select
        features.feature_kind,
        features.feature,
        count(*) as records,
        count(*) filter (where features.is_visible) as records_to_see,
        count(*) filter (where features.is_visible and sample.record_key is not null)
            as records_in_sample,
        arg_min(
            sample.record_key, (sample.step, sample.record_key)
        ) filter (where features.is_visible and sample.record_key is not null) as example_key
    from features
    left join sample on features.record_key = sample.record_key
    group by features.feature_kind, features.feature
),

-- what stands in no record can be seen on none
without_record as (
    select
        'blocker' as feature_kind,
        blocker_class || ' (' || count(*) || ')' as feature,
        0 as records,
        0 as records_to_see,
        0 as records_in_sample,
        null::varchar as example_key
    from gates
    where source_id is null
    group by blocker_class
),

everything as (
    select * from counted
    union all
    select * from without_record
),

coverage as (
    select
        -- ids
        feature_kind,
        feature,
        example_key,

        -- text
        case
            when records_in_sample > 0 then null
            when records_to_see > 0
                then 'no room: the sample holds at most sample_max records with all they need'
            when feature_kind = 'blocker' then 'it concerns no single record'
            else 'only records that do not move now have it'
        end as why_not,

        -- numbers
        records,
        records_to_see,
        records_in_sample,

        -- flags
        records_in_sample > 0 as is_covered
    from everything
)

select * from coverage

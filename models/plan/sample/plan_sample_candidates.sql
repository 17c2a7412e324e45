{#
    The few records that the sample is chosen from: for each feature those that carry the most rare
    features besides, and some of each object by hash to fill it up. Keeps a million records small.
#}
with

features as (
    select * from {{ ref('plan_sample_features') }}
    where is_visible
),

movable as (
    select
        record_key,
        source_object
    from {{ ref('plan_verdicts') }}
    where bucket in ('created', 'updated', 'matched')
),

size as (select cast({{ setting('sample_min') }} as integer) as sample_min),

rarities as (
    select
        feature_kind,
        feature,
        -- whole numbers: their sums do not hang on the order of the addends
        1000000000 // count(*) as rarity
    from features
    group by feature_kind, feature
),

scores as (
    select
        features.record_key,
        sum(rarities.rarity) as score
    from features
    inner join rarities
        on features.feature_kind = rarities.feature_kind and features.feature = rarities.feature
    group by features.record_key
),

ranked as (
    select
        record_key,
        row_number() over (order by score desc, md5(record_key)) as place
    from scores
),

best_places as (
    select unnest(min(ranked.place, 8)) as place
    from features
    inner join ranked on features.record_key = ranked.record_key
    group by features.feature_kind, features.feature
),

by_hash as (
    select
        record_key,
        row_number() over (partition by source_object order by md5(record_key)) as place
    from movable
),

candidates as (
    select
        ranked.record_key,
        by_hash.place
    from best_places
    inner join ranked on best_places.place = ranked.place
    left join by_hash on ranked.record_key = by_hash.record_key
    union
    select
        by_hash.record_key,
        by_hash.place
    from by_hash
    cross join size
    where by_hash.place <= size.sample_min
)

select * from candidates

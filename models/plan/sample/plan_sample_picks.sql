{#
    The greedy cover: again and again the bundle that shows the most of what nobody has seen yet,
    for the fewest records, until nothing is left to show, or the sample is surely full: every pick
    brings a record or more.
#}
with recursive

bundles as (select * from {{ ref('plan_sample_bundles') }}),

size as (select cast({{ setting('sample_max') }} as integer) as sample_max),

features as (
    select
        record_key,
        feature_kind || ': ' || feature as feature
    from {{ ref('plan_sample_features') }}
    where is_visible
),

numbered as (
    select
        feature,
        row_number() over (order by feature) as number
    from features
    group by feature
),

sizes as (
    select
        candidate_key,
        count(*) as records
    from bundles
    group by candidate_key
),

shown as materialized (
    select distinct
        bundles.candidate_key,
        sizes.records,
        numbered.number
    from bundles
    inner join sizes on bundles.candidate_key = sizes.candidate_key
    inner join features on bundles.record_key = features.record_key
    inner join numbered on features.feature = numbered.feature
),

-- the list of the unseen is read twice, so that it is not carried along with every number in it
picks (step, candidate_key, unseen) as (
    select
        0 as step,
        null::varchar as candidate_key,
        list(number) as unseen
    from numbered
    union all
    select
        picks.step + 1 as step,
        best.candidate_key,
        list_filter(
            picks.unseen, lambda number: not list_contains(best.numbers, number)
        ) as unseen
    from (
        select
            shown.candidate_key,
            list(shown.number) as numbers
        from (select unnest(unseen) as number from picks) as picking
        inner join shown on picking.number = shown.number
        group by shown.candidate_key, shown.records
        order by
            count(*) / shown.records desc,
            count(*) desc,
            md5(shown.candidate_key)
        limit 1
    ) as best
    cross join picks
    cross join size
    where picks.step < size.sample_max
),

picked as (
    select
        step,
        candidate_key
    from picks
    where candidate_key is not null
)

select * from picked

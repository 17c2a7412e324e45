{#
    The greedy cover: again and again the bundle that shows the most of what nobody has seen yet,
    for the fewest records, until nothing is left to show.
#}
with recursive

bundles as (select * from {{ ref('plan_sample_bundles') }}),

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

picks (step, candidate_key, unseen) as (
    select
        0 as step,
        null::varchar as candidate_key,
        list(number order by number) as unseen
    from numbered
    union all
    select
        best.step + 1 as step,
        best.candidate_key,
        list_filter(
            best.unseen, lambda number: not list_contains(best.numbers, number)
        ) as unseen
    from (
        select
            picking.step,
            shown.candidate_key,
            any_value(picking.all_unseen) as unseen,
            list(shown.number) as numbers
        from (
            select
                step,
                unseen as all_unseen,
                unnest(unseen) as number
            from picks
        ) as picking
        inner join shown on picking.number = shown.number
        group by picking.step, shown.candidate_key, shown.records
        order by
            count(*) / shown.records desc,
            count(*) desc,
            md5(shown.candidate_key)
        limit 1
    ) as best
),

picked as (
    select
        step,
        candidate_key
    from picks
    where candidate_key is not null
)

select * from picked

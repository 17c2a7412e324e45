{#
    The records that go first: the picks of the greedy cover with all that they need, cut off where
    the sample would grow over its largest size, filled up by hash to its smallest. The same few
    every time.
#}
with

picks as (select * from {{ ref('plan_sample_picks') }}),

candidates as (select * from {{ ref('plan_sample_candidates') }}),

bundles as (select * from {{ ref('plan_sample_bundles') }}),

sizes as (
    select
        max(try_cast(value as integer)) filter (where name = 'sample_min') as sample_min,
        max(try_cast(value as integer)) filter (where name = 'sample_max') as sample_max
    from {{ ref('settings') }}
),

fillers as (
    select
        candidates.record_key as candidate_key,
        -- after all picks
        1000000000
        + row_number() over (order by candidates.place, md5(candidates.record_key)) as step
    from candidates
    where candidates.place is not null
),

queue as (
    select
        candidate_key,
        step,
        true as is_pick
    from picks
    union all
    select
        candidate_key,
        step,
        false as is_pick
    from fillers
),

-- a record enters with the first bundle that needs it
entered as (
    select
        bundles.record_key,
        arg_min(queue.is_pick, queue.step) as is_pick,
        min(queue.step) as step
    from queue
    inner join bundles on queue.candidate_key = bundles.candidate_key
    group by bundles.record_key
),

steps as (
    select
        step,
        any_value(is_pick) as is_pick,
        count(*) as records,
        sum(count(*)) over (order by step) as records_so_far
    from entered
    group by step
),

sample as (
    select
        entered.record_key,
        entered.step,
        entered.is_pick
    from entered
    inner join steps on entered.step = steps.step
    cross join sizes
    where
        -- one closure alone may be larger than the sample should be
        steps.step = 1
        -- whatever shows something new, as far as the reviewer's patience reaches
        or (steps.is_pick and steps.records_so_far <= sizes.sample_max)
        -- and others until there are enough to judge by
        or (
            not steps.is_pick
            and steps.records_so_far - steps.records < sizes.sample_min
            and steps.records_so_far <= sizes.sample_max
        )
)

select * from sample

{# Each candidate with everything that it needs, over as many steps as it takes. #}
with recursive

candidates as (select * from {{ ref('plan_sample_candidates') }}),

links as (
    select
        record_key,
        unnest(depends_on) as needed_key
    from {{ ref('plan_verdicts') }}
),

standing as (
    select record_key from {{ ref('plan_verdicts') }}
    where bucket <> 'excluded'
),

bundles (candidate_key, record_key) as (
    select
        record_key as candidate_key,
        record_key
    from candidates
    union
    select
        bundles.candidate_key,
        links.needed_key as record_key
    from bundles
    inner join links on bundles.record_key = links.record_key
    inner join standing on links.needed_key = standing.record_key
)

select * from bundles

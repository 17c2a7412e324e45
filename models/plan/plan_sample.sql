{# The records that go first, closed under what they depend on: the same few by hash every
   time, so many of each object as the policy says. #}
with recursive movable as (

    select
        record_key,
        source_object,
        depends_on
    from {{ ref('plan_verdicts') }}
    where bucket in ('created', 'updated')

),

ranked as (

    select
        record_key,
        row_number() over (partition by source_object order by md5(record_key)) as place
    from movable

),

size as (

    select cast(value as integer) as sample_min from {{ ref('settings') }}
    where name = 'sample_min'

),

seeds as (

    select ranked.record_key
    from ranked
    cross join size
    where ranked.place <= size.sample_min / 6

),

closed as (

    select record_key from seeds
    union
    select links.needed_key
    from (
        select
            movable.record_key,
            unnest(movable.depends_on) as needed_key
        from movable
    ) as links
    inner join closed on links.record_key = closed.record_key

)

select closed.record_key
from closed
semi join movable on closed.record_key = movable.record_key

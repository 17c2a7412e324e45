{# One line an object: how many records the practice has, and where they ended. #}
with counted as (

    select
        source_object,
        count(*) as source_records,
        count(*) filter (where bucket = 'created') as created,
        count(*) filter (where bucket = 'updated') as updated,
        count(*) filter (where bucket = 'matched') as matched,
        count(*) filter (where bucket = 'merged') as merged,
        count(*) filter (where bucket = 'blocked') as blocked,
        count(*) filter (where bucket = 'excluded') as excluded,
        count(*) filter (where bucket = 'failed') as failed,
        count(*) filter (where bucket = 'pending') as pending,
        count(*) filter (where planned_bucket = 'unchanged') as unchanged
    from {{ ref('review_buckets') }}
    group by source_object

)

select
    *,
    source_records = created + updated + matched + merged + blocked + excluded + failed + pending
        as is_complete,
    try_cast(
        100.0 * (created + updated + matched + merged) / source_records as decimal(5, 1)
    ) as moved_percent
from counted

{# What moved, came or went since the review that was published before this one. #}
with before as (select * from {{ source('kept', 'review_before') }}),

now as (

    {{ review_stands_sql(ref('review_buckets'), ref('review_field_diff')) }}

),

changed as (

    select
        coalesce(now.what, before.what) as what,
        coalesce(now.record_key, before.record_key) as record_key,
        nullif(coalesce(now.field, before.field), '') as field,
        before.stands as before,
        now.stands as after
    from now
    full outer join before
        on
            now.what = before.what
            and now.record_key = before.record_key
            and now.field = before.field
    where now.stands is distinct from before.stands

)

select * from changed

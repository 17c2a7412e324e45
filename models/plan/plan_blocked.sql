{# Every record that must not be written now, and those that depend on it, down to the last. #}
with recursive blockers as (

    select
        source_object || ':' || source_id as record_key,
        min(blocker_class) as reason
    from {{ ref('preflight_blockers') }}
    where scope = 'record' and source_id is not null
    group by all

),

unmovable as (

    select
        records.record_key,
        records.bucket_reason as reason
    from {{ ref('records') }} as records
    inner join {{ ref('reasons') }} as reasons on records.bucket_reason = reasons.reason
    where reasons.bucket = 'blocked'
    union all
    select
        blockers.record_key,
        blockers.reason
    from blockers
    inner join {{ ref('records') }} as records on blockers.record_key = records.record_key
    where records.bucket_reason is null

),

links as (

    select
        record_key,
        unnest(depends_on) as needed_key
    from {{ ref('records') }}
    where bucket_reason is null

),

spread as (

    select
        record_key,
        reason,
        record_key as cause_key
    from unmovable
    union
    select
        links.record_key,
        'depends_on_blocked' as reason,
        spread.cause_key
    from links
    inner join spread on links.needed_key = spread.record_key

),

first_causes as (

    select
        record_key,
        reason,
        cause_key
    from spread
    qualify
        row_number() over (
            partition by record_key
            order by reason = 'depends_on_blocked', reason, cause_key
        ) = 1

)

select * from first_causes

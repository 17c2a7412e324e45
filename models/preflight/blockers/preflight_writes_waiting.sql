{# Why the newest attempt of each write failed, and its mend: the seed knows Nutshell's words. #}
with

writes as (
    select
        *,
        -- the same words for every record
        regexp_replace(cause, '^\S+: ', '') as words
    from {{ ref('stg_audit__writes') }}
    where reverses is null
    qualify row_number() over (partition by operation_key order by write_id desc) = 1
),

failed as (
    select * from writes
    where status in ('failed', 'conflict', 'blocked')
),

failures as (select * from {{ ref('failures') }}),

said as (
    select distinct
        cause_class,
        words
    from failed
),

recognized as (
    select
        said.cause_class,
        said.words,
        coalesce(failures.cause, said.cause_class) as cause,
        coalesce(failures.command, 'apply') as command,
        regexp_replace(
            coalesce(said.words, ''), '^.*?' || coalesce(failures.pattern, '') || '.*$',
            coalesce(failures.mend, 'nothing to mend:')
        ) as mend
    from said
    left join failures
        on
            said.cause_class = failures.cause_class
            and regexp_matches(coalesce(said.words, ''), coalesce(failures.pattern, ''))
    qualify row_number() over (
        partition by said.cause_class, said.words
        order by length(failures.pattern) desc nulls last
    ) = 1
),

waiting as (
    select
        failed.record_key,
        failed.operation_key,
        recognized.cause,
        recognized.mend || ' `load ' || recognized.command
        || if(recognized.command = 'retry', ' --cause ' || recognized.cause, '') || '`' as mend
    from failed
    inner join recognized
        on
            failed.cause_class = recognized.cause_class
            and failed.words is not distinct from recognized.words
)

select * from waiting

{{ config(materialized='ephemeral') }}

with

extra as (select * from {{ ref('preflight_duplicates_in_nutshell') }}),

held as (select * from {{ ref('int_markers_held') }}),

written as (
    select record_key from {{ ref('stg_audit__records') }}
    union
    select record_key from {{ ref('stg_audit__writes') }}
),

twice as (
    select
        'duplicate_in_nutshell' as blocker_class,
        source_object,
        source_id,
        record_key as subject,
        kind || ' ' || nutshell_id || ' beside ' || keep_id || ', ' || why_kept as detail,
        mend
    from extra
),

-- written by another data folder, or by this one before its audit was lost: leads and activities
-- would be made once more
elsewhere as (
    select
        'loaded_elsewhere' as blocker_class,
        held.source_object,
        null::varchar as source_id,
        held.source_object || ' that this audit does not know' as subject,
        count(*) || ' records, for example ' || min(held.record_key) as detail,
        null::varchar as mend
    from held
    left join written on held.record_key = written.record_key
    where written.record_key is null
    group by held.source_object
),

blockers as (
    select * from twice
    union all
    select * from elsewhere
)

select * from blockers

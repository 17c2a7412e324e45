with

misfits as (select * from {{ ref('preflight_values_misfitting') }}),

custom_fields as (select * from {{ ref('int_custom_fields_typed') }}),

amounts as (select * from {{ ref('int_amounts_converted') }}),

duplicates as (select * from {{ ref('stg_visual_practice__duplicates') }}),

quarantine as (select * from {{ ref('stg_visual_practice__quarantine') }}),

reasons as (select * from {{ ref('reasons') }}),

unreadable as (
    select
        source_object as object,
        source_id,
        source_field as field,
        if(problem = 'placeholder', 'a word for nothing', 'can not be read as ' || target_type)
        || ': it moves as no value' as finding,
        null::varchar as locator
    from custom_fields
    where problem in ('unparsable', 'placeholder') and value is null
),

no_amounts as (
    select
        source_object as object,
        source_id,
        'amount' as field,
        reason as finding,
        null::varchar as locator
    from amounts
    where reason is not null
),

-- the mend: a line in seeds/reference/zone_names.csv
zones_unknown as (
    select
        'activities' as object,
        source_id,
        'started_at' as field,
        'names a zone that seeds/reference/zone_names.csv does not know: read in the deployment''s'
            as finding,
        null::varchar as locator
    from {{ ref('int_activity_zones') }}
    where zone is null
),

twice as (
    select
        object,
        id as source_id,
        'id' as field,
        'the same id '
        || versions
        || ' times'
        || if(distinct_versions = 1, ', all alike', ', ' || distinct_versions || ' of them unlike')
        || ': the one modified last moves' as finding,
        array_to_string(locators, ', ') as locator
    from duplicates
    -- an id that came twice in several runs is named once
    qualify row_number() over (partition by object, id order by _run_id desc) = 1
),

broken as (
    select
        object,
        null::varchar as source_id,
        null::varchar as field,
        problem as finding,
        locator
    from quarantine
),

findings as (
    select * from misfits
    union all
    select * from unreadable
    union all
    select * from no_amounts
    union all
    select * from zones_unknown
    union all
    select * from twice
    union all
    select * from broken
),

with_mends as (
    select
        findings.*,
        coalesce(reasons.mend, 'have the practice correct it; then extract and build') as mend
    from findings
    left join reasons on findings.finding = reasons.reason
)

select * from with_mends

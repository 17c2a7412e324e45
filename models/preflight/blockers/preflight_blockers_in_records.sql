{{ config(materialized='ephemeral') }}
{% set objects = ['organizations', 'people', 'leads', 'deals', 'activities', 'attachments'] %}

with

{% for object in objects -%}
    {{ object }} as (select * from {{ ref('nutshell_' ~ object) }}),

{% endfor -%}

reasons as (select * from {{ ref('reasons') }}),

long_values as (select * from {{ ref('preflight_long_values') }}),

rate_lines as (select * from {{ ref('preflight_rate_lines') }}),

value_lines as (select * from {{ ref('preflight_value_lines') }}),

quarantine as (select * from {{ ref('stg_visual_practice__quarantine') }}),

records as (
    {%- for object in objects %}
        select
            source_object,
            source_id,
            record_key,
            bucket_reason
        from {{ object }}
        {{ "union all" if not loop.last }}
    {%- endfor %}
),

blocked as (
    select
        case records.source_object
            when 'attachments' then 'attachment_problem' else 'blocked_record'
        end
            as blocker_class,
        records.source_object,
        records.source_id,
        records.source_object || ':' || records.source_id as subject,
        records.bucket_reason as detail,
        coalesce(rate_lines.line, value_lines.line, reasons.mend) as mend
    from records
    inner join reasons on records.bucket_reason = reasons.reason
    left join rate_lines
        on
            records.bucket_reason in ('rate_missing', 'rate_stale')
            and records.source_object = rate_lines.source_object
            and records.source_id = rate_lines.source_id
    left join value_lines
        on
            records.bucket_reason = 'unmapped_value'
            and records.source_object = value_lines.source_object
            and records.source_id = value_lines.source_id
    -- the other buckets are decisions; these records wait for one
    where reasons.bucket = 'blocked'
),

quarantined as (
    select
        'quarantined' as blocker_class,
        object as source_object,
        null::varchar as source_id,
        object || ' ' || locator as subject,
        problem as detail,
        'have the source mend it (' || problem || ') and extract again' as mend
    from quarantine
),

too_long as (
    select
        'text_too_long' as blocker_class,
        source_object,
        source_id,
        source_object || ':' || source_id as subject,
        field || ': ' || characters || ' of ' || most_characters || ' characters' as detail,
        null::varchar as mend
    from long_values
    -- by policy too long a text is cut, or its record waits
    where policy = 'block'
),

blockers as (
    select * from blocked
    union all
    select * from too_long
    union all
    select * from quarantined
)

select * from blockers

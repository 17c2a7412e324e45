{{ config(materialized='ephemeral') }}
{% set objects = ['organizations', 'people', 'leads', 'deals', 'activities', 'attachments'] %}

with

{% for object in objects -%}
    {{ object }} as (select * from {{ ref('nutshell_' ~ object) }}),

{% endfor -%}

reasons as (select * from {{ ref('reasons') }}),

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
        reasons.description as mend
    from records
    inner join reasons on records.bucket_reason = reasons.reason
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
        null::varchar as mend
    from quarantine
),

blockers as (
    select * from blocked
    union all
    select * from quarantined
)

select * from blockers

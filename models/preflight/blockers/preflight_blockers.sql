{% set parts = [
    'preflight_blockers_in_maps', 'preflight_blockers_in_fields',
    'preflight_blockers_in_field_rows', 'preflight_blockers_in_classes',
    'preflight_blockers_in_owners',
    'preflight_blockers_in_definitions', 'preflight_blockers_in_records',
    'preflight_blockers_in_account', 'preflight_blockers_in_listings',
    'preflight_blockers_in_nutshell',
] %}

with

{% for part in parts -%}
    {{ part }} as (select * from {{ ref(part) }}),

{% endfor -%}

blockers as (select * from {{ ref('blockers') }}),

reasons as (select * from {{ ref('reasons') }}),

found as (
    {%- for part in parts %}
        select
            blocker_class,
            source_object,
            source_id,
            subject,
            detail,
            mend
        from {{ part }}
        {{ "union all" if not loop.last }}
    {%- endfor %}
),

judged as (
    select
        -- ids
        found.blocker_class,
        found.source_object,
        found.source_id,

        -- text
        -- a class that the policy does not know stops everything
        coalesce(blockers.scope, 'gate') as scope,
        -- as the plan calls it, and `load retry --cause`: a reason, where the class has several
        coalesce(reasons.reason, found.blocker_class) as cause,
        found.subject,
        found.detail,
        coalesce(found.mend, blockers.mend, 'add the class to seeds/policies/blockers.csv') as mend,

        -- flags
        -- a gate can not be accepted
        coalesce(blockers.scope = 'record' and blockers.accepted_by is not null, false)
            as is_accepted
    from found
    left join blockers on found.blocker_class = blockers.blocker_class
    left join reasons on found.detail = reasons.reason
)

select * from judged

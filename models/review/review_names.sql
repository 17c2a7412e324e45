{# What people call what a cell names by an id: users, sources, stages, outcomes, and
   our own records. #}
with named as (

    select
        'Users:' || nutshell_user_id as reference,
        name
    from {{ ref('stg_nutshell__users') }}
    union all
    select
        'Sources:' || source_id as reference,
        name
    from {{ ref('stg_nutshell__sources') }}
    union all
    select
        'milestoneId:' || milestone_id as reference,
        name
    from {{ ref('stg_nutshell__milestones') }}
    union all
    select
        'stagesetId:' || stageset_id as reference,
        name
    from {{ ref('stg_nutshell__stagesets') }}
    union all
    select
        'activityTypeId:' || activity_type_id as reference,
        name
    from {{ ref('stg_nutshell__activity_types') }}
    union all
    -- several outcomes have one status: a cell holds the status
    select
        'lead.status:' || status as reference,
        string_agg(distinct name, ' / ' order by name) as name
    from {{ ref('stg_nutshell__outcomes') }}
    where status is not null
    group by status
    union all
    select
        record_key as reference,
        name
    from {{ ref('review_cards') }}

),

told as (

    select
        reference,
        any_value(name) as name
    from named
    where name is not null and reference is not null
    group by reference

)

select * from told

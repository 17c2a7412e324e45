{# What of Nutshell's set-up the plan relies on; a change of any of it needs a new approval. #}
with elements as (

    select
        'custom_field' as element_kind,
        concat_ws('/', entity, name, nutshell_type, array_to_string(list_sort(choices), '|'))
            as element
    from {{ ref('stg_nutshell__custom_fields') }}
    union all
    select
        'pipeline' as element_kind,
        concat_ws('/', stageset_id, name) as element
    from {{ ref('stg_nutshell__stagesets') }}
    union all
    select
        'stage' as element_kind,
        concat_ws('/', milestone_id, stageset_id, name) as element
    from {{ ref('stg_nutshell__milestones') }}
    union all
    select
        'outcome' as element_kind,
        concat_ws('/', outcome_id, name, status) as element
    from {{ ref('stg_nutshell__outcomes') }}
    union all
    select
        'activity_type' as element_kind,
        concat_ws('/', activity_type_id, name) as element
    from {{ ref('stg_nutshell__activity_types') }}
    union all
    select
        'user' as element_kind,
        concat_ws('/', nutshell_user_id, is_enabled) as element
    from {{ ref('stg_nutshell__users') }}

)

select * from elements

{# What the maps know of a lead's statuses and a deal's stages, of each in one row. #}
{% set maps = {
    'leads': {'status': 'lead_status', 'milestone': 'lead_milestone', 'outcome': 'lead_outcome'},
    'deals': {'status': 'deal_stage', 'milestone': 'deal_milestone', 'outcome': 'deal_outcome'},
} %}

with

map_rows as (
    {%- for object, seeds in maps.items() %}
        {%- set object_loop = loop %}
        {%- for target, seed in seeds.items() %}
            select
                '{{ object }}' as source_object,
                coalesce(trim(source_value), '') as value_key,
                '{{ target }}' as target,
                '{{ seed }}' as map,
                target_value
            from {{ ref(seed) }}
            {{ "union all" if not (loop.last and object_loop.last) }}
        {%- endfor %}
    {%- endfor %}
),

known as (
    select
        -- ids
        source_object,
        value_key,

        -- text
        max(target_value) filter (target = 'status') as status_name,
        max(target_value) filter (target = 'milestone') as milestone_name,
        max(target_value) filter (target = 'outcome') as outcome_name,

        -- lists
        list_sort(list(map)) as maps
    from map_rows
    group by source_object, value_key
)

select * from known

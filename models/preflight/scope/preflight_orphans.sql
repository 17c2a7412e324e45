{#- child, column, is a list, parent -#}
{% set links = [
    ('organizations', 'parent_id', false, 'organizations'),
    ('people', 'organization_id', false, 'organizations'),
    ('leads', 'person_id', false, 'people'),
    ('leads', 'organization_id', false, 'organizations'),
    ('leads', 'converted_deal_id', false, 'deals'),
    ('deals', 'organization_id', false, 'organizations'),
    ('deals', 'person_ids', true, 'people'),
    ('activities', 'person_ids', true, 'people'),
    ('activities', 'organization_id', false, 'organizations'),
    ('activities', 'lead_id', false, 'leads'),
    ('activities', 'deal_id', false, 'deals'),
] %}
{% set objects = [
    'users', 'organizations', 'people', 'leads', 'deals', 'activities', 'attachments'
] %}
{% set owned = ['organizations', 'people', 'leads', 'deals', 'activities'] %}

with

{% for object in objects -%}
    {{ object }} as (select * from {{ ref('stg_visual_practice__' ~ object) }}),

{% endfor -%}

links as (
    {%- for child, column, is_list, parent in links %}
        select
            '{{ child }}' as source_object,
            id as source_id,
            '{{ column }}' as link,
            '{{ parent }}' as target_object,
            {% if is_list %}unnest({{ column }}){% else %}{{ column }}{% endif %} as target_id
        from {{ child }}
        where not is_deleted
        union all
    {%- endfor %}
    {%- for child in owned %}
        select
            '{{ child }}' as source_object,
            id as source_id,
            'owner_id' as link,
            'users' as target_object,
            owner_id as target_id
        from {{ child }}
        where not is_deleted
        union all
    {%- endfor %}
    select
        'attachments' as source_object,
        id as source_id,
        'parent_id' as link,
        parent_type as target_object,
        parent_id as target_id
    from attachments
    where not is_deleted
),

targets as (
    {%- for object in objects %}
        select
            '{{ object }}' as target_object,
            id as target_id,
            is_deleted
        from {{ object }}
        {{ "union all" if not loop.last }}
    {%- endfor %}
),

orphans as (
    select
        -- ids
        links.source_object,
        links.source_id,
        links.link,
        links.target_object,
        links.target_id,

        -- text
        if(targets.target_id is null, 'it does not exist', 'it was deleted') as finding
    from links
    left join targets
        on links.target_object = targets.target_object and links.target_id = targets.target_id
    -- links that lead nowhere, or to what the practice has deleted
    where links.target_id is not null and (targets.target_id is null or targets.is_deleted)
    union all
    -- it moves, and stands on no page but its owner's
    select
        'activities' as source_object,
        id as source_id,
        null as link,
        null as target_object,
        null as target_id,
        'it names no record that it is about' as finding
    from activities
    where
        not is_deleted
        and coalesce(len(person_ids), 0) = 0
        and coalesce(organization_id, lead_id, deal_id) is null
)

select * from orphans

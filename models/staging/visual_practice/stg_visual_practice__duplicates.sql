{% set objects = [
    'users', 'organizations', 'people', 'leads', 'deals', 'activities', 'attachments'
] %}

with

{% for object in objects -%}
    {{ object }} as (select * from {{ source('visual_practice', object) }}),

{% endfor -%}

keys as (
    {% for object in objects %}
        select
            '{{ object }}' as object,
            id,
            _run_id,
            _locator,
            md5(_record) as record_hash
        from {{ object }}
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}
),

repeated as (
    select
        -- ids
        object,
        id,

        -- lists
        list(_locator order by _locator) as locators,

        -- numbers
        count(*) as versions,
        count(distinct record_hash) as distinct_versions,

        -- provenance
        _run_id
    from keys
    group by all
    -- the same id twice in one run: only one of them moves
    having count(*) > 1
)

select * from repeated

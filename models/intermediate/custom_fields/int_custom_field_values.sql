{#
    Every value that a record holds in a custom field, and in those fields of the map that are none
    (standard ones without a place in Nutshell, undeclared ones): a list gives a row an element.
#}
{% set objects = ['organizations', 'people', 'leads', 'deals'] %}

with

{% for object in objects -%}
    {{ object }} as (select * from {{ ref('stg_visual_practice__' ~ object) }}),

{% endfor -%}

-- fields that hold several values: a text in one is a list that was exported with semicolons
several as (
    select
        object,
        field
    from {{ ref('stg_visual_practice__fields') }}
    where is_multiple
),

unpivoted as (
    {%- for object in objects %}
        select
            '{{ object }}' as source_object,
            id as source_id,
            unnest({{ json_entries('custom_fields') }}) as entry
        from {{ object }}
        where not is_deleted and custom_fields is not null
        {% if not loop.last %}
            union all
        {% endif %}
    {%- endfor %}
),

besides as (select * from {{ ref('int_keys_mapped') }}),

collected as (
    select
        source_object,
        source_id,
        entry.key as source_field,
        entry.value,
        true as is_custom
    from unpivoted
    union all
    select
        source_object,
        source_id,
        source_field,
        value,
        false as is_custom
    from besides
),

once as (
    select *
    from collected
    -- a custom field goes before a key of the same name
    qualify row_number() over (
        partition by source_object, source_id, source_field order by is_custom desc
    ) = 1
),

listed as (
    select
        once.*,
        case
            when json_type(once.value) = 'ARRAY' then once.value ->> '$[*]'
            when several.field is not null then string_split(once.value ->> '$', ';')
            else [once.value ->> '$']
        end as items
    from once
    left join several on once.source_object = several.object and once.source_field = several.field
),

elements as (
    select
        -- ids
        source_object,
        source_id,
        source_field,

        -- numbers
        generate_subscripts(items, 1) as position,

        -- flags
        is_custom,

        -- text
        unnest(items) as original
    from listed
)

select * from elements
-- null, "" and an absent key all mean that there is no value
where nullif(trim(original), '') is not null

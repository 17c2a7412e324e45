{{ config(materialized='ephemeral') }}
{# What records hold under the keys of their own, beside the custom fields, that the map names. #}
{% set objects = ['organizations', 'people', 'leads', 'deals'] %}

with

{% for object in objects -%}
    {{ object }} as (select * from {{ ref('stg_visual_practice__' ~ object) }}),

{% endfor -%}

maps as (
    select
        source_object,
        source_field,
        -- `addresses.county` is a part of each entry of a list
        split_part(source_field, '.', 1) as field,
        nullif(split_part(source_field, '.', 2), '') as part
    from {{ ref('fields') }}
    where decision = 'map'
),

-- each record is taken apart once, not once for every field of the map
keyed as (
    {%- for object in objects %}
        select
            '{{ object }}' as source_object,
            id as source_id,
            {{ json_map('_record') }} as record
        from {{ object }}
        where not is_deleted
        {{ "union all" if not loop.last }}
    {%- endfor %}
),

held as (
    select
        maps.source_object,
        keyed.source_id,
        maps.source_field,
        maps.part,
        keyed.record[maps.source_field] as whole,
        keyed.record[maps.field] as list
    from keyed
    inner join maps on keyed.source_object = maps.source_object
    where whole is not null or list is not null
),

found as (
    select
        source_object,
        source_id,
        source_field,
        case
            when whole is not null or part is null then whole
            when json_type(list) = 'ARRAY'
                then to_json(list_filter(
                    list_transform(
                        try_cast(list as json[]),
                        lambda entry: {{ json_member('entry', 'part') }}
                    ),
                    lambda entry: entry is not null
                ))
            else {{ json_member('list', 'part') }}
        end as value
    from held
)

select * from found
where value is not null

{# The practice's own word for each value that a map makes one with others, for a field of its
   own. #}
{% set columns = [
    ('leads', 'status'), ('leads', 'source'), ('deals', 'stage'), ('deals', 'source')
] %}

with

merging as (select * from {{ ref('int_maps_merging') }}),

said as (
    {%- for object, column in columns %}
        select
            '{{ object }}' as source_object,
            id as source_id,
            '{{ column }}' as source_field,
            1 as position,
            {{ column }} as original
        from {{ ref('stg_visual_practice__' ~ object) }}
        where not is_deleted
        union all
    {%- endfor %}
    select
        source_object,
        source_id,
        source_field,
        position,
        -- null where the policy of fields lets no word of it move
        original
    from {{ ref('int_custom_fields_typed') }}
    where target_type = 'Choice'
),

kept as (
    select
        -- ids
        said.source_object,
        said.source_id,
        said.source_field,
        said.position,

        -- text
        merging.kept_in as target_field,
        'Text' as target_type,
        trim(said.original) as value
    from said
    inner join merging
        on
            said.source_object = merging.source_object
            and said.source_field = merging.source_field
            and trim(said.original) = merging.source_value
)

select * from kept

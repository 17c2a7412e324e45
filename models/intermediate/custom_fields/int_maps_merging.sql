{# Rows of the maps that send several values to one: which of them it was would be lost. #}
{% set maps = [
    ('leads', 'status', 'lead_status', 'Lead status'),
    ('deals', 'stage', 'deal_stage', 'Deal stage'),
    ('leads', 'source', 'source', 'Source'), ('deals', 'source', 'source', 'Source'),
] %}

with

policy as (
    select nullif({{ setting('original_value_suffix') }}, 'none') as suffix
),

map_rows as (
    {%- for object, field, map, name in maps %}
        select
            '{{ object }}' as source_object,
            '{{ field }}' as source_field,
            trim(source_value) as source_value,
            nullif(trim(target_value), '') as target_value,
            '{{ name }}' as target_field,
            -- a source that the map makes nothing of goes nowhere else
            {{ 'true' if map == 'source' else 'false' }} as is_kept_without_target
        from {{ ref(map) }}
        union all
    {%- endfor %}
    select
        rows_of_map.source_object,
        rows_of_map.source_field,
        trim(rows_of_map.source_value) as source_value,
        nullif(trim(rows_of_map.target_value), '') as target_value,
        fields.target_field,
        false as is_kept_without_target
    from {{ ref('pick_list_values') }} as rows_of_map
    inner join {{ ref('fields') }} as fields
        on
            rows_of_map.source_object = fields.source_object
            and rows_of_map.source_field = fields.source_field
            and fields.decision = 'map'
            and fields.target_type = 'Choice'
),

counted as (
    select
        map_rows.*,
        policy.suffix,
        -- the same word in capitals is no other value
        count(distinct lower(map_rows.source_value)) over (
            partition by
                map_rows.source_object, map_rows.source_field, map_rows.target_field,
                map_rows.target_value
        ) as values_of_target
    from map_rows
    cross join policy
    -- a record without a value has none to keep
    where map_rows.source_value <> ''
),

merging as (
    select distinct
        -- ids
        source_object,
        source_field,
        source_value,

        -- text
        target_value,
        target_field || ' ' || suffix as kept_in
    from counted
    where
        suffix is not null
        -- the one that is called as all of them are in Nutshell is told by having none
        and source_value is distinct from target_value
        and if(target_value is null, is_kept_without_target, values_of_target > 1)
)

select * from merging

{% set maps = [
    'lead_status', 'lead_milestone', 'lead_outcome',
    'deal_stage', 'deal_milestone', 'deal_outcome', 'activity_type', 'source',
] %}

with

{% for map in maps -%}
    {{ map }} as (select * from {{ ref(map) }}),

{% endfor -%}

pick_list_values as (select * from {{ ref('pick_list_values') }}),

values_in_use as (select * from {{ ref('preflight_values_in_use') }}),

-- by the rule that the mapping has: capitals do not count
targets as (
    select
        map,
        lower(name) as name
    from {{ ref('preflight_targets') }}
    group by all
),

matched as (select * from {{ ref('preflight_values_matched') }}),

rows_of_maps as (
    {%- for map in maps %}
        select
            '{{ map }}' as map,
            '' as source_object,
            '' as source_field,
            coalesce(trim(source_value), '') as source_value,
            target_value,
            confirmed_by
        from {{ map }}
        union all
    {%- endfor %}
    select
        'pick_list_values' as map,
        source_object,
        source_field,
        coalesce(trim(source_value), '') as source_value,
        target_value,
        confirmed_by
    from pick_list_values
),

joined as (
    select
        -- ids
        values_in_use.map,
        values_in_use.source_object,
        values_in_use.source_field,
        values_in_use.source_value,

        -- text
        rows_of_maps.target_value,
        'seeds/value_maps/' || values_in_use.map || '.csv' as csv_file,
        -- the line to append; `load confirm` signs it
        case
            when rows_of_maps.map is null
                then if(
                    values_in_use.key_object <> '',
                    values_in_use.key_object || ',' || {{ csv_cell('values_in_use.key_field') }}
                    || ',',
                    ''
                )
                || {{ csv_cell('values_in_use.source_value') }} || ','
                || coalesce(
                    {{ csv_cell('matched.name') }} || ',0.97,the same word,,,',
                    -- as good as unsure: `load propose` writes over it
                    ',0.10,run `load propose`,,,'
                )
        end as csv_line,

        -- numbers
        values_in_use.records,

        -- flags
        rows_of_maps.map is not null as is_mapped,
        rows_of_maps.confirmed_by is not null as is_confirmed,
        -- an empty target of an outcome says that the record stays open
        rows_of_maps.target_value is null
        or values_in_use.targets in ('choices', 'sources')
        or targets.name is not null as target_exists
    from values_in_use
    left join rows_of_maps
        on
            values_in_use.map = rows_of_maps.map
            and values_in_use.key_object = rows_of_maps.source_object
            and values_in_use.key_field = rows_of_maps.source_field
            and values_in_use.source_value = rows_of_maps.source_value
    left join matched
        on
            values_in_use.map = matched.map
            and values_in_use.key_object = matched.key_object
            and values_in_use.key_field = matched.key_field
            and values_in_use.source_value = matched.source_value
    left join targets
        on
            values_in_use.map = targets.map
            and lower(rows_of_maps.target_value) = targets.name
)

select * from joined

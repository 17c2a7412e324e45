{# What the practice had, field by field, for every record of which something differs. #}
with differing as (

    select distinct
        record_key,
        field
    from {{ ref('plan_cells_compared') }}

),

records as (

    {% for object in ['organizations', 'people', 'leads', 'deals', 'activities'] %}
        select
            '{{ object }}' as source_object,
            '{{ object }}:' || id as record_key,
            cast(_record as json) as record
        from {{ ref('stg_visual_practice__' ~ object) }}
        where '{{ object }}:' || id in (select differing.record_key from differing)
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}

),

lineage as (

    select
        source_object,
        field,
        unnest(string_split(source_field, ',')) as source_field,
        false as is_custom
    from {{ ref('field_lineage') }}
    union all
    select
        'organizations' as source_object,
        'customFields.' || value as field,
        'parent_id' as source_field,
        false as is_custom
    from {{ ref('settings') }}
    where name in ('parent_name_field', 'parent_link_field')
    union all
    select
        source_object,
        if(
            target_type = 'Standard',
            split_part(target_field, '.', 1), 'customFields.' || target_field
        ) as field,
        source_field,
        true as is_custom
    from {{ ref('fields') }}
    where decision = 'map'

),

texts as (

    select
        records.record_key,
        lineage.field,
        string_agg(
            nullif(case
                when lineage.is_custom
                    then coalesce(
                        json_extract_string(
                            records.record, '$.custom_fields."' || lineage.source_field || '"'
                        ),
                        json_extract_string(records.record, '$."' || lineage.source_field || '"')
                    )
                else json_extract_string(records.record, '$."' || lineage.source_field || '"')
            end, ''),
            ' ' order by lineage.source_field
        ) as source_value
    from records
    inner join lineage on records.source_object = lineage.source_object
    inner join
        differing
        on records.record_key = differing.record_key and lineage.field = differing.field
    group by records.record_key, lineage.field

)

select * from texts

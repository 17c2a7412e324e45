{# The practice's own record beside each one that Nutshell holds because of us, without the fields
   that a policy withholds: review_record and review_source_cells read their values from it. #}
with withheld as (

    select
        source_object,
        list_distinct(list(struct_pack(name := source_field, value := cast('null' as json))))
            as entries
    from {{ ref('review_lineage') }}
    where not is_shown
    group by source_object

),

objects as (select distinct source_object from {{ ref('review_lineage') }}),

-- merging a null takes the key away, at the record's top and among its custom fields
patches as (

    select
        objects.source_object,
        to_json(map_from_entries(list_append(
            coalesce(withheld.entries, []),
            struct_pack(
                name := 'custom_fields',
                value := to_json(map_from_entries(coalesce(withheld.entries, [])))
            )
        ))) as patch
    from objects
    left join withheld on objects.source_object = withheld.source_object

),

records as (

    {% for object in ['organizations', 'people', 'leads', 'deals', 'activities'] %}
        select
            '{{ object }}' as source_object,
            '{{ object }}:' || id as record_key,
            cast(_record as json) as record
        from {{ ref('stg_visual_practice__' ~ object) }}
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}

),

shown as (

    select
        records.record_key,
        records.source_object,
        cast(json_merge_patch(records.record, patches.patch) as varchar) as source
    from records
    inner join patches on records.source_object = patches.source_object
    semi join {{ ref('plan_keys') }} as known on records.record_key = known.record_key
    semi join {{ ref('stg_audit__records') }} as settled
        on records.record_key = settled.record_key

)

select * from shown

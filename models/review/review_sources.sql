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

-- merging a null takes the key away, at the record's top and among its custom fields
patches as (

    select
        source_object,
        to_json(map_from_entries(list_append(
            entries,
            struct_pack(name := 'custom_fields', value := to_json(map_from_entries(entries)))
        ))) as patch
    from withheld

),

records as (

    {% for object in ['organizations', 'people', 'leads', 'deals', 'activities'] %}
        select
            '{{ object }}' as source_object,
            '{{ object }}:' || id as record_key,
            _record as record
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
        -- a record that holds nothing back is not taken apart
        case
            when patches.patch is null then records.record
            else cast(json_merge_patch(try_cast(records.record as json), patches.patch) as varchar)
        end as source
    from records
    left join patches on records.source_object = patches.source_object
    semi join {{ ref('record_keys') }} as known on records.record_key = known.record_key
    semi join {{ ref('stg_audit__records') }} as settled
        on records.record_key = settled.record_key

)

select * from shown

{#
    The newest version of each id of one raw table of the practice: the latest run wins, within a run
    the latest modified, then the last one landed. Adds `is_vanished`: the newest full listing lacks
    the record. `other_records` holds several objects, and says of each record which. What value maps
    and custom fields are read from comes as seeds hold it.
#}
{% macro newest_practice_records(table) -%}
    {%- set several = table == 'other_records' %}
    {%- set mapped = {
        'leads': ['status', 'source'], 'deals': ['stage', 'source'], 'activities': ['type'],
    }.get(table, []) %}
    select
        versions.* replace (
            {{ json_as_seeds_hold('versions._record') }} as _record
            {%- if not several %},
            {{ json_as_seeds_hold('versions.custom_fields') }} as custom_fields
            {%- endif %}
            {%- for column in mapped %},
            {{ as_seeds_hold('versions.' ~ column) }} as {{ column }}
            {%- endfor %}
        ),
        listings.zone as _zone,
        listings.server_time as _server_time,
        orders.fields as _date_orders,
        versions._run_id < coalesce(listings.full_run_id, '') as is_vanished,
        versions._run_id < coalesce(listings.full_run_id, '')
        and coalesce(listings.counts_deletions, false) as is_vanished_for_good
    from {{ source('visual_practice', table) }} as versions
    left join {{ ref('stg_visual_practice__listings') }} as listings
        on listings.object = {{ 'versions.object' if several else "'" ~ table ~ "'" }}
    left join (
        select
            object,
            map_from_entries(list(struct_pack(field := field, date_order := date_order))) as fields
        from {{ ref('stg_visual_practice__date_orders') }}
        group by object
    ) as orders
        on orders.object = {{ 'versions.object' if several else "'" ~ table ~ "'" }}
    -- the same id twice in a run is one record: the one modified last stands for it
    qualify row_number() over (
        partition by {{ 'versions.object, ' if several }}versions.id
        order by
            versions._run_id desc,
            {{ parse_timestamp(
                'versions.modified_at', 'listings.zone', "orders.fields['modified_at']"
            ) }} desc nulls last,
            versions._locator desc
    ) = 1
{%- endmacro %}

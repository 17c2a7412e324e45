{#
    What Nutshell refuses by its name: a pick-list's choice, a source, a tag or a custom field with a
    control character in it, or longer than one line of text may be.
#}
{% set control = "[\\x00-\\x1F\\x7F]" %}

with

{% for map in ['lead_status', 'deal_stage', 'source', 'pick_list_values'] -%}
    {{ map }} as (select * from {{ ref(map) }}),

{% endfor -%}

tags as (select * from {{ ref('preflight_tags') }}),

custom_fields as (select * from {{ ref('nutshell_custom_fields') }}),

limits as (
    select min(max_value) as most
    from {{ ref('limits') }}
    where limit_name = 'text_length'
),

names as (
    {%- for map in ['lead_status', 'deal_stage', 'source', 'pick_list_values'] %}
        select
            '{{ 'source' if map == 'source' else 'choice' }}' as definition_kind,
            {%- if map == 'pick_list_values' %}
                source_object || '.' || source_field || ' ' || source_value as place,
            {%- else %}
                source_value as place,
            {%- endif %}
            target_value as name,
            'change target_value in its row of seeds/value_maps/{{ map }}.csv' as mend
        from {{ map }}
        union all
    {%- endfor %}
    select
        'tag' as definition_kind,
        entity || ' ' || name as place,
        name,
        'have the practice shorten the tag; then extract and build' as mend
    from tags
    union all
    select
        'custom_field' as definition_kind,
        entity || ' ' || origin as place,
        name,
        'change target_field in its row of seeds/value_maps/fields.csv' as mend
    from custom_fields
),

judged as (
    select
        names.definition_kind,
        regexp_replace(left(names.place, 120), '{{ control }}', '·', 'g') as place,
        names.name,
        case
            when regexp_matches(trim(names.name), '{{ control }}')
                then 'it holds a control character, as “·” here: '
            -- a custom field's own limit is looked at with the rest of it
            when names.definition_kind <> 'custom_field' and length(trim(names.name)) > limits.most
                then
                    'it has ' || length(trim(names.name)) || ' of ' || limits.most
                    || ' characters: '
        end || regexp_replace(left(names.name, 40), '{{ control }}', '·', 'g') as problem,
        names.mend
    from names
    cross join limits
)

select * from judged
where problem is not null

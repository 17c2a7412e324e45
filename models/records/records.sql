{# Every record of every object in one shape, and what is to be sent of it. JSON is made here only:
   from the columns of models/nutshell, by their declarations. #}
{% set objects = ['organizations', 'people', 'leads', 'deals', 'activities', 'attachments'] %}
with

{% for object in objects -%}
    {{ object }} as (select * from {{ ref('nutshell_' ~ object) }}),

{% endfor -%}

entities as (
    select
        map_from_entries(list(
            struct_pack(source_object := source_object, entity_type := entity_type)
        )) as entity_types
    from {{ ref('source_kinds') }}
),

written as (
    {%- for object in objects %}
        select
            record_key,
            source_object,
            source_id,
            kind,
            bucket_reason,
            nutshell_id,
            survivor_key,
            -- the order in which the objects depend on each other, then that within an object
            {{ loop.index * 100 }} + level_within as level,
            {{ record_references('nutshell_' ~ object) }} as depends_on,
            -- what stays behind sends nothing
            case when bucket_reason is null then {{ record_json('nutshell_' ~ object) }} end
                as payload,
            -- the value and the closing are operations of their own
            {{ step_json('nutshell_' ~ object, 'value') }} as value_payload,
            {{ step_json('nutshell_' ~ object, 'outcome') }} as outcome_payload
        from {{ object }}
        cross join entities
        {{ "union all" if not loop.last }}
    {%- endfor %}
),

-- what the record shall be when all of its steps are done: the payload with one more key for each,
-- put in as text, since reading every payload again takes minutes of a big load
whole as (
    select
        *,
        case
            when value_payload is null and outcome_payload is null then payload
            else
                left(payload, -1)
                || coalesce(',"{{ step_key("value") }}":' || value_payload, '')
                || coalesce(',"{{ step_key("outcome") }}":' || outcome_payload, '')
                || '}'
        end as desired
    from written
),

hashed as (
    select
        *,
        md5(desired) as desired_hash
    from whole
)

select * from hashed

{# Values that give way to another where several records, or several fields, become one: of what a
   record says of itself, in the words of the field where the other value stands. #}
{% set texts = [
    ('people', 'salutation', 'name'), ('people', 'first_name', 'name'),
    ('people', 'middle_name', 'name'), ('people', 'last_name', 'name'), ('people', 'suffix', 'name'),
    ('people', 'job_title', 'accounts'), ('people', 'description', 'description'),
    ('organizations', 'name', 'name'), ('organizations', 'description', 'description'),
    ('leads', 'title', 'description'), ('leads', 'description', 'customFields.Description'),
] %}

with

moving as (
    select
        resolved.source_object,
        resolved.source_id,
        resolved.target_key,
        resolved.source_object || ':' || resolved.source_id <> resolved.target_key as is_merged,
        {{ json_map('records.payload') }} as payload,
        {{ json_map("json_extract(records.payload, '$.customFields')") }} as custom_fields
    from {{ ref('int_records_resolved') }} as resolved
    inner join {{ ref('records') }} as records on resolved.target_key = records.record_key
    where
        records.payload is not null
        and resolved.source_object <> 'activities'
        and resolved.bucket_reason is distinct from 'deleted_in_source'
),

-- two fields of one record may fill one field of Nutshell's, too
in_fields as (
    select
        moving.source_object,
        moving.source_id,
        typed.source_field as field,
        moving.target_key,
        typed.value,
        moving.custom_fields[typed.target_field] as standing
    from {{ ref('int_custom_fields_typed') }} as typed
    inner join moving
        on typed.source_object = moving.source_object and typed.source_id = moving.source_id
    where typed.value is not null
),

in_columns as (
    {%- for object, column, field in texts %}
        select
            moving.source_object,
            moving.source_id,
            '{{ column }}' as field,
            moving.target_key,
            {{ clean_line(object ~ '.' ~ column) }} as value,
            {% if field.startswith('customFields.') -%}
                moving.custom_fields['{{ field[13:] }}'] as standing
            {%- else -%}
                moving.payload['{{ field }}'] as standing
            {%- endif %}
        from moving
        inner join {{ ref('stg_visual_practice__' ~ object) }} as {{ object }}
            on moving.source_object = '{{ object }}' and moving.source_id = {{ object }}.id
        where moving.is_merged
        {{ "union all" if not loop.last }}
    {%- endfor %}
),

held as (
    select * from in_fields
    union all
    select * from in_columns
),

told as (
    select
        source_object as object,
        source_id,
        field,
        target_key,
        'another value stands there in ' || target_key as finding
    from held
    where
        value is not null
        -- nothing gives way to nothing: that would be a loss
        and coalesce(cast(standing as varchar), 'null') not in ('null', '""', '[]', '{}')
        -- what is cut is in preflight_long_values
        and not contains(cast(standing as varchar), '…')
        and not contains({{ words_of('cast(standing as varchar)') }}, {{ words_of('value') }})
    union all
    select * from {{ ref('preflight_superseded_facts') }}
),

once as (select distinct * from told)

select * from once

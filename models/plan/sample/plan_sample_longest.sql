{# The record with the longest value of each text and custom field: where a limit bites first. -#}
{{ config(materialized='ephemeral') }}

{%- set objects = ['organizations', 'people', 'leads', 'deals', 'activities'] %}

with

{% for object in objects -%}
    {{ object }} as (select * from {{ ref('nutshell_' ~ object) }}),

{% endfor -%}

verdicts as (
    select
        record_key,
        source_object,
        source_id
    from {{ ref('plan_verdicts') }}
    -- what does not move shows nothing in Nutshell
    where bucket in ('created', 'updated', 'matched')
),

field_values as (select * from {{ ref('int_custom_fields_typed') }}),

lengths as (
    {%- for object in objects %}
        {%- for field in sent_columns('nutshell_' ~ object) if field.limit %}
            select
                source_object,
                source_id,
                '{{ field.name }}' as field,
                length({{ cell_text(field) }}) as characters
            from {{ object }}
            union all
        {%- endfor %}
    {%- endfor %}
    select
        source_object,
        source_id,
        source_field as field,
        length(value) as characters
    from field_values
    where target_type in ('Text', 'LongText')
),

longest as (
    select
        arg_max(verdicts.record_key, (lengths.characters, md5(verdicts.record_key))) as record_key,
        'longest value' as feature_kind,
        lengths.source_object || '.' || lengths.field as feature
    from lengths
    inner join verdicts
        on
            lengths.source_object = verdicts.source_object
            and lengths.source_id = verdicts.source_id
    where lengths.characters > 0
    group by lengths.source_object, lengths.field
)

select * from longest

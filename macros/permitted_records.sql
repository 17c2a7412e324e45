{#
    The records of one object as the policy of int_fields_permitted lets each of its fields pass, and
    nothing else of them: whoever reads a record reads this. `migrate`: as it was sent. `exclude`: as
    if nothing stood there. `mask`: of a text that stands there, ***; what can not read ***
    (`others`, `lists`) stays behind as if excluded. The id and what staging says of a record
    (deleted, vanished, where it was read) always pass: without them there is no record.
#}
{% macro permitted_records(object, texts, others, lists=[]) -%}
{%- set others = others + ['created_at', 'modified_at', 'deleted_at'] -%}
with

as_sent as (select * from {{ ref('base_visual_practice__' ~ object) }}),

-- a part of a list (addresses.street) that may not pass takes the list with it
named as (
    select
        if(
            standard_fields.source_field is null,
            permitted.field, split_part(permitted.field, '.', 1)
        ) as field,
        permitted.policy
    from {{ ref('int_fields_permitted') }} as permitted
    left join {{ ref('standard_fields') }} as standard_fields
        on
            permitted.object = standard_fields.source_object
            and permitted.field = standard_fields.source_field
    where permitted.object = '{{ object }}' and permitted.field <> 'id'
),

fields as (
    select
        field,
        policy,
        policy = 'exclude'
        or (policy = 'mask' and field in ('{{ (others + lists) | join("', '") }}')) as is_withheld,
        policy = 'mask' and field in ('{{ (texts + ['']) | join("', '") }}') as is_masked
    from named
),

-- the strictest policy of each field, in one row, whatever the number of records
policies as (
    select
        {%- for field in texts + others + lists %}
        coalesce(min(policy) filter (where field = '{{ field }}'), 'migrate') as "{{ field }}",
        {%- endfor %}
        list(distinct field) filter (where is_masked) as masked,
        '{' || string_agg(distinct to_json(field) || ':null', ',') filter (where is_withheld) || '}'
            as withheld
    from fields
),

permitted as (
    select
        -- ids, text, numbers, flags, times
        as_sent.id,
        {%- for field in texts %}
        case policies."{{ field }}"
            when 'migrate' then as_sent."{{ field }}"
            when 'mask' then if(as_sent."{{ field }}" is null, null, '***')
        end as "{{ field }}",
        {%- endfor %}
        {%- for field in others %}
        if(policies."{{ field }}" = 'migrate', as_sent."{{ field }}", null) as "{{ field }}",
        {%- endfor %}
        {%- for field in lists %}
        if(policies."{{ field }}" = 'migrate', as_sent."{{ field }}", []) as "{{ field }}",
        {%- endfor %}
        as_sent.is_vanished,
        as_sent.is_deleted,

        {{ permitted_record() }},

        -- provenance
        as_sent._misfits,
        as_sent._locator,
        as_sent._run_id,
        as_sent._extracted_at
    from as_sent
    cross join policies
)

select * from permitted
{%- endmacro %}

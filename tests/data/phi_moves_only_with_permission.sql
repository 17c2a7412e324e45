-- A field of patients' data reaches a Nutshell-shaped table only if somebody signed for it; what
-- the policy of fields excludes or masks, not at all: no distinctive value of it stands in the row
-- that its record went into, unless the record says it in a permitted field too. A field leaks by
-- rule, not by record: five thousand records that have such a value show it.
{{ config(group='as_sent') }}
{% set shaped = {
    'organizations': 'nutshell_organizations', 'people': 'nutshell_people',
    'leads': 'nutshell_leads', 'deals': 'nutshell_deals',
    'activities': 'nutshell_activities', 'attachments': 'nutshell_attachments',
} %}

with

withheld as (
    select
        object,
        field,
        policy
    from {{ ref('int_fields_permitted') }}
    -- an id that may not move closes a gate
    where policy <> 'migrate' and field <> 'id'
),

custom_fields as (select * from {{ ref('nutshell_custom_fields') }}),

typed as (
    select * from {{ ref('int_custom_fields_typed') }}
    where value is not null
),

sent as (
    {%- for object in shaped %}
        select
            '{{ object }}' as object,
            as_sent.id as source_id,
            withheld.field,
            concat_ws(
                chr(10),
                json_extract_string(as_sent._record, '$."' || withheld.field || '"'),
                json_extract_string(as_sent._record, '$.custom_fields."' || withheld.field || '"')
            ) as text,
            permitted._record as permitted_text
        from {{ ref('base_visual_practice__' ~ object) }} as as_sent
        inner join withheld on withheld.object = '{{ object }}'
        inner join {{ ref('stg_visual_practice__' ~ object) }} as permitted
            on as_sent.id = permitted.id
        where contains(as_sent._record, '"' || withheld.field || '"')
        {{ "union all" if not loop.last }}
    {%- endfor %}
),

-- the longest stretch of a value that no cleaning touches: markup, escapes and blanks end it
stretches as (
    select
        object,
        source_id,
        field,
        permitted_text,
        unnest(regexp_extract_all(text, '[0-9A-Za-z]+(?:[ -][0-9A-Za-z]+)*')) as value
    from sent
),

distinctive as (
    select
        object,
        source_id,
        field,
        object || ':' || source_id as record_key,
        arg_max(value, length(value)) as value
    from stretches
    -- shorter ones may stand anywhere by chance: a day has ten characters
    where length(value) >= 10 and not contains(permitted_text, value)
    group by object, source_id, field
    qualify row_number() over (partition by object order by hash(source_id), field) <= 5000
),

-- where each record went: its own row …
own as (
    {%- for model in shaped.values() %}
        select
            distinctive.object,
            distinctive.source_id,
            distinctive.field,
            distinctive.value,
            shaped.survivor_key,
            cast(shaped as varchar) as row_text
        from distinctive
        inner join {{ ref(model) }} as shaped on distinctive.record_key = shaped.record_key
        {{ "union all" if not loop.last }}
    {%- endfor %}
),

-- … and the row of the one that stands for it
survivors as (
    {%- for model in shaped.values() %}
        select
            own.object,
            own.source_id,
            own.field,
            own.value,
            cast(shaped as varchar) as row_text
        from own
        inner join {{ ref(model) }} as shaped on own.survivor_key = shaped.record_key
        {{ "union all" if not loop.last }}
    {%- endfor %}
),

leaks as (
    select
        object,
        source_id,
        field
    from own
    where contains(row_text, value)
    union
    select
        object,
        source_id,
        field
    from survivors
    where contains(row_text, value)
    union all
    select
        typed.source_object as object,
        typed.source_id,
        typed.source_field as field
    from typed
    inner join withheld
        on
            typed.source_object = withheld.object
            and typed.source_field = withheld.field
            and not (withheld.policy = 'mask' and typed.value = '***')
    union all
    select
        withheld.object,
        custom_fields.name as source_id,
        withheld.field
    from custom_fields
    inner join withheld
        on list_contains(
            string_split(custom_fields.origin, ', '), withheld.object || '.' || withheld.field
        )
    where withheld.policy = 'exclude'
)

select * from leaks

{# What an edit sends and expects to find: only the fields that were decided to be written. #}
with written as (

    select
        decisions.record_key,
        decisions.field,
        decisions.part_of,
        decisions.decision,
        decisions.seen_key,
        decisions.wanted is null as is_cleared,
        decisions.is_list,
        nullif(split_part(decisions.field, 'customFields.', 2), '') as custom_name,
        try_cast(records.payload as json) as payload,
        try_cast(now.record as json) as record
    from {{ ref('plan_field_decisions') }} as decisions
    inner join {{ ref('records') }} as records on decisions.record_key = records.record_key
    left join {{ ref('records_live') }} as now on decisions.record_key = now.record_key
    where decisions.decision in ('write', 'unite')

),

fragments as (

    select
        *,
        case
            -- the policy lets an empty source erase
            when is_cleared then case when is_list then json('[]') else json('null') end
            -- what is there stays, what is missing is added
            when decision = 'unite' and custom_name is null
                then {{ united_list('record', 'payload', 'field') }}
            when custom_name is null then {{ json_member('payload', 'field') }}
            else {{ json_member("payload -> 'customFields'", 'custom_name') }}
        end as fragment,
        if(
            custom_name is null,
            {{ json_member('record', 'seen_key') }},
            {{ json_member("record -> 'customFields'", 'custom_name') }}
        ) as found
    from written
    where part_of = 'record'

),

-- the custom fields of a record travel under one key
nested as (

    select
        record_key,
        field,
        fragment,
        seen_key,
        found
    from fragments
    where custom_name is null and fragment is not null
    union all
    select
        record_key,
        'customFields' as field,
        try_cast({{ json_object_of('custom_name', 'fragment') }} as json) as fragment,
        'customFields' as seen_key,
        try_cast({{ json_object_of('custom_name', 'found') }} as json) as found
    from fragments
    where custom_name is not null and fragment is not null
    group by record_key

),

edits as (

    select
        record_key,
        {{ json_object_of('field', 'fragment') }} as payload,
        {{ json_object_of('seen_key', 'found') }} as seen
    from nested
    group by record_key

),

steps as (

    select
        record_key,
        bool_or(part_of = 'value') as writes_value,
        bool_or(part_of = 'outcome') as writes_outcome
    from written
    group by record_key

),

joined as (

    select
        steps.record_key,
        edits.payload,
        edits.seen,
        steps.writes_value,
        steps.writes_outcome
    from steps
    left join edits on steps.record_key = edits.record_key

)

select * from joined

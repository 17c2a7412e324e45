{# What an edit sends and what it expects to find: only the fields that were decided to be written. #}
with written as (

    select
        decisions.record_key,
        decisions.kind,
        decisions.field,
        decisions.part_of,
        decisions.decision,
        decisions.seen_key,
        split_part(decisions.field, '.', 1) = 'customFields' as is_custom,
        split_part(decisions.field, 'customFields.', 2) as custom_name,
        cast(records.payload as json) as payload,
        cast(now.record as json) as record
    from {{ ref('plan_field_decisions') }} as decisions
    inner join {{ ref('plan_records') }} as records on decisions.record_key = records.record_key
    left join {{ ref('plan_cells_now') }} as now on decisions.record_key = now.record_key
    where decisions.decision in ('write', 'unite')

),

fragments as (

    select
        *,
        case
            when is_custom then json_extract(payload, '$.customFields."' || custom_name || '"')
            -- what is there stays, what is missing is added
            when decision = 'unite' then {{ united_list('record', 'payload', 'field') }}
            else json_extract(payload, '$."' || field || '"')
        end as fragment,
        case
            when is_custom then json_extract(record, '$.customFields."' || custom_name || '"')
            else json_extract(record, '$."' || seen_key || '"')
        end as found
    from written
    where part_of = 'record'

),

plain as (

    select
        record_key,
        json_group_object(field, fragment) as payload,
        json_group_object(seen_key, found) as seen
    from (select * from fragments where not is_custom and fragment is not null order by field)
    group by record_key

),

custom as (

    select
        record_key,
        json_object('customFields', json_group_object(custom_name, fragment)) as payload,
        json_object('customFields', json_group_object(custom_name, found)) as seen
    from (select * from fragments where is_custom and fragment is not null order by custom_name)
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
        cast(case
            when plain.payload is null then custom.payload
            when custom.payload is null then plain.payload
            else json_merge_patch(plain.payload, custom.payload)
        end as varchar) as payload,
        cast(case
            when plain.seen is null then custom.seen
            when custom.seen is null then plain.seen
            else json_merge_patch(plain.seen, custom.seen)
        end as varchar) as seen,
        steps.writes_value,
        steps.writes_outcome
    from steps
    left join plain on steps.record_key = plain.record_key
    left join custom on steps.record_key = custom.record_key

)

select * from joined

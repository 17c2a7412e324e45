{# What stands where a lead's value or its closing is to be written: steps of their own, which
   overwrite a human's just as an edit would. #}
with decisions as (

    select distinct
        record_key,
        part_of as step
    from {{ ref('plan_field_decisions') }}
    where part_of <> 'record' and decision = 'write'

),

now as (

    select
        record_key,
        try_cast(record as json) as record
    from {{ ref('records_live') }}

),

seen as (

    select
        decisions.record_key,
        decisions.step,
        case
            when decisions.step = 'value'
                then json_object('value', json_extract(now.record, '$.value'))
            else json_object(
                'status', json_extract(now.record, '$.status'),
                'outcome', json_extract(now.record, '$.outcome')
            )
        end as shown
    from decisions
    inner join now on decisions.record_key = now.record_key

),

texts as (

    select
        record_key,
        step,
        cast(shown as varchar) as seen
    from seen

)

select * from texts

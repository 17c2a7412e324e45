{# What is ours of a record after an edit of it: what the edit sends, and of the fields that it
   keeps off what we wrote before. Else an edit of another field would settle an open question, and
   a value of ours that the practice has emptied would pass for a human's. Value and outcome become
   ours by operations of their own. #}
with decided as (

    select * from {{ ref('plan_field_decisions') }}
    where has_ours

),

own_steps as (

    select
        kind,
        payload_key
    from {{ ref('stg_declarations__comparisons') }}
    where part_of <> 'record'

),

kept as (

    select
        record_key,
        payload_key,
        nullif(split_part(field, 'customFields.', 2), '') as custom_name
    from decided
    where
        part_of = 'record'
        and decision not in ('write', 'unite')
        and {{ differs('wanted_key', 'ours_key') }}
    union
    select
        decided.record_key,
        own_steps.payload_key,
        cast(null as varchar) as custom_name
    from decided
    inner join own_steps on decided.kind = own_steps.kind

),

-- a merge of objects is no replacement: what is there is taken away first
patches as (

    select
        kept.record_key,
        kept.payload_key,
        try_cast(case
            when kept.payload_key = 'customFields'
                then {{ json_object_of('kept.custom_name', "json('null')") }}
            else 'null'
        end as json) as removed,
        try_cast(case
            when kept.payload_key = 'customFields'
                then {{ json_object_of(
                    'kept.custom_name',
                    json_member("try_cast(ours.desired as json) -> 'customFields'", 'kept.custom_name')
                ) }}
            else coalesce(
                any_value({{ json_member('ours.desired', 'kept.payload_key') }}), 'null'
            )
        end as json) as put_back
    from kept
    inner join {{ ref('stg_audit__records') }} as ours on kept.record_key = ours.record_key
    group by kept.record_key, kept.payload_key

),

patched as (

    select
        record_key,
        try_cast({{ json_object_of('payload_key', 'removed') }} as json) as removed,
        try_cast({{ json_object_of('payload_key', 'put_back') }} as json) as put_back
    from patches
    group by record_key

),

next as (

    select
        patched.record_key,
        cast(json_merge_patch(
            json_merge_patch(try_cast(records.payload as json), patched.removed), patched.put_back
        ) as varchar) as desired
    from patched
    inner join {{ ref('records') }} as records on patched.record_key = records.record_key

)

select * from next

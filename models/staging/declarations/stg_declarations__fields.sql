{# The fields that are sent, as models/nutshell/_nutshell__models.yml declares them: for whatever
   joins on fields. #}
with

declared as (
    {{ declarations() }}
),

fields as (
    select
        -- ids
        source_object,
        model,
        kind,
        name,

        -- text
        data_type,
        meta,
        meta ->> 'step' as step,
        meta ->> 'form' as form,
        meta ->> 'compare' as comparison,
        meta ->> 'limit' as limit_name,
        meta ->> 'label' as label,
        meta ->> 'custom' as custom_type,
        meta ->> 'named_by' as named_by,
        coalesce(meta ->> 'sent_as', name) as payload_key,
        coalesce(meta ->> 'seen_as', name) as seen_key,

        -- lists
        coalesce(try_cast(meta -> 'from' as varchar[]), []) as source_fields,

        -- numbers
        position,

        -- flags
        coalesce(try_cast(meta ->> 'list' as boolean), false) as is_list,
        coalesce(try_cast(meta ->> 'defaulted' as boolean), false) as is_defaulted,
        coalesce(try_cast(meta ->> 'takes_more' as boolean), false) as takes_more
    from declared
    where name is not null
)

select * from fields

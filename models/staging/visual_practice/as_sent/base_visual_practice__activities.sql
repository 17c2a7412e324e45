with

landed as (
    {{ newest_practice_records('activities') }}
),

newest as (
    {{ worded_flag('landed', 'completed') }}
),

renamed as (
    select
        -- ids
        newest.id,
        nullif(newest.owner_id, '') as owner_id,
        coalesce(newest.person_ids, []) as person_ids,
        nullif(newest.organization_id, '') as organization_id,
        nullif(newest.lead_id, '') as lead_id,
        nullif(newest.deal_id, '') as deal_id,

        -- text
        nullif(newest.type, '') as type,
        nullif(newest.subject, '') as subject,
        nullif(newest.body, '') as body,
        nullif(newest.direction, '') as direction,
        nullif(newest.custom_fields, '') as custom_fields,

        -- numbers
        newest.duration_minutes,

        -- flags
        newest.completed,

        -- times
        {{ practice_time('started_at') }} as started_at,

        {{ practice_record_columns([
            ('started_at', practice_time('started_at')),
        ]) }}
    from newest
)

select * from renamed

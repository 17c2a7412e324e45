with

listings as (
    select * from {{ ref('stg_visual_practice__listings') }}
    where object = 'activities'
),

newest as (
    {{ newest_practice_records('activities') }}
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
        newest.is_vanished,
        nullif(newest.deleted_at, '') is not null or newest.is_vanished_for_good as is_deleted,

        -- times
        {{ parse_timestamp('newest.started_at', 'newest._zone') }} as started_at,
        {{ parse_timestamp('newest.created_at', 'newest._zone') }} as created_at,
        {{ parse_timestamp('newest.modified_at', 'newest._zone') }} as modified_at,
        {{ parse_timestamp('newest.deleted_at', 'newest._zone') }} as deleted_at,

        -- provenance
        newest._record,
        {{ misfits([
            ('started_at', parse_timestamp('newest.started_at', 'newest._zone')),
            ('created_at', parse_timestamp('newest.created_at', 'newest._zone')),
            ('modified_at', parse_timestamp('newest.modified_at', 'newest._zone')),
            ('deleted_at', parse_timestamp('newest.deleted_at', 'newest._zone')),
        ]) }} as _misfits,
        newest._locator,
        newest._run_id,
        newest._extracted_at
    from newest
)

select * from renamed

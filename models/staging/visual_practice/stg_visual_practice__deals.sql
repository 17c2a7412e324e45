with

listings as (
    select * from {{ ref('stg_visual_practice__listings') }}
    where object = 'deals'
),

newest as (
    {{ newest_practice_records('deals') }}
),

renamed as (
    select
        -- ids
        newest.id,
        nullif(newest.owner_id, '') as owner_id,
        nullif(newest.organization_id, '') as organization_id,
        coalesce(newest.person_ids, []) as person_ids,

        -- text
        nullif(newest.name, '') as name,
        nullif(newest.stage, '') as stage,
        nullif(newest.currency, '') as currency,
        nullif(newest.lost_reason, '') as lost_reason,
        nullif(newest.source, '') as source,
        nullif(newest.description, '') as description,
        nullif(newest.custom_fields, '') as custom_fields,

        -- lists
        coalesce(newest.tags, []) as tags,

        -- numbers
        {{ parse_decimal('newest.amount') }} as amount,
        newest.probability,

        -- flags
        newest.is_vanished,
        nullif(newest.deleted_at, '') is not null or newest.is_vanished_for_good as is_deleted,

        -- times
        {{ parse_date('newest.expected_close_date') }} as expected_close_date,
        {{ parse_timestamp('newest.closed_at', 'newest._zone') }} as closed_at,
        {{ parse_timestamp('newest.created_at', 'newest._zone') }} as created_at,
        {{ parse_timestamp('newest.modified_at', 'newest._zone') }} as modified_at,
        {{ parse_timestamp('newest.deleted_at', 'newest._zone') }} as deleted_at,

        -- provenance
        newest._record,
        {{ misfits([
            ('amount', parse_decimal('newest.amount')),
            ('expected_close_date', parse_date('newest.expected_close_date')),
            ('closed_at', parse_timestamp('newest.closed_at', 'newest._zone')),
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

with

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

        -- times
        {{ practice_date('expected_close_date') }} as expected_close_date,
        {{ practice_time('closed_at') }} as closed_at,

        {{ practice_record_columns([
            ('amount', parse_decimal('newest.amount')),
            ('expected_close_date', practice_date('expected_close_date')),
            ('closed_at', practice_time('closed_at')),
        ]) }}
    from newest
)

select * from renamed

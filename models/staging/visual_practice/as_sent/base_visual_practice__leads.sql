with

newest as (
    {{ newest_practice_records('leads') }}
),

renamed as (
    select
        -- ids
        newest.id,
        nullif(newest.owner_id, '') as owner_id,
        nullif(newest.person_id, '') as person_id,
        nullif(newest.organization_id, '') as organization_id,
        nullif(newest.converted_deal_id, '') as converted_deal_id,

        -- text
        nullif(newest.title, '') as title,
        nullif(newest.status, '') as status,
        nullif(newest.source, '') as source,
        nullif(newest.currency, '') as currency,
        nullif(newest.description, '') as description,
        nullif(newest.custom_fields, '') as custom_fields,

        -- lists
        coalesce(newest.tags, []) as tags,

        -- numbers
        {{ parse_decimal('newest.estimated_value') }} as estimated_value,

        {{ practice_record_columns([
            ('estimated_value', parse_decimal('newest.estimated_value')),
        ]) }}
    from newest
)

select * from renamed

with

landed as (
    {{ newest_practice_records('organizations') }}
),

newest as (
    {{ worded_primaries('landed') }}
),

renamed as (
    select
        -- ids
        newest.id,
        nullif(newest.owner_id, '') as owner_id,
        nullif(newest.parent_id, '') as parent_id,

        -- text
        nullif(newest.name, '') as name,
        nullif(newest.industry, '') as industry,
        nullif(newest.website, '') as website,
        nullif(newest.description, '') as description,
        nullif(newest.custom_fields, '') as custom_fields,

        -- lists
        coalesce(newest.tags, []) as tags,
        coalesce(newest.phones, []) as phones,
        coalesce(newest.emails, []) as emails,
        coalesce(newest.addresses, []) as addresses,

        -- numbers
        newest.employee_count,
        {{ parse_decimal('newest.annual_revenue') }} as annual_revenue,

        {{ practice_record_columns([
            ('annual_revenue', parse_decimal('newest.annual_revenue')),
        ]) }}
    from newest
)

select * from renamed

with

newest as (
    {{ newest_practice_records('other_records') }}
),

renamed as (
    select
        -- ids
        newest.object,
        newest.id,
        nullif(newest.owner_id, '') as owner_id,

        -- text
        nullif(newest.custom_fields, '') as custom_fields,

        {{ practice_record_columns() }}
    from newest
)

select * from renamed

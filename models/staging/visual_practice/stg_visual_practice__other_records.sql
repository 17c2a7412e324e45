with

listings as (select * from {{ ref('stg_visual_practice__listings') }}),

newest as (
    select
        versions.*,
        listings.zone as _zone,
        versions._run_id < coalesce(listings.full_run_id, '') as is_vanished,
        versions._run_id < coalesce(listings.full_run_id, '')
        and coalesce(listings.counts_deletions, false) as is_vanished_for_good
    from {{ source('visual_practice', 'other_records') }} as versions
    left join listings on versions.object = listings.object
    -- the same id twice in a run is one record: the one modified last stands for it
    qualify row_number() over (
        partition by versions.object, versions.id
        order by
            versions._run_id desc,
            {{ parse_timestamp('versions.modified_at', 'listings.zone') }} desc nulls last,
            versions._locator desc
    ) = 1
),

renamed as (
    select
        -- ids
        newest.object,
        newest.id,
        nullif(newest.owner_id, '') as owner_id,

        -- text
        nullif(newest.custom_fields, '') as custom_fields,

        -- flags
        newest.is_vanished,
        nullif(newest.deleted_at, '') is not null or newest.is_vanished_for_good as is_deleted,

        -- times
        {{ parse_timestamp('newest.created_at', 'newest._zone') }} as created_at,
        {{ parse_timestamp('newest.modified_at', 'newest._zone') }} as modified_at,
        {{ parse_timestamp('newest.deleted_at', 'newest._zone') }} as deleted_at,

        -- provenance
        newest._record,
        {{ misfits([
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

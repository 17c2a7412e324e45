with

runs as (select * from {{ source('visual_practice', 'runs') }}),

renamed as (
    select
        -- ids
        run_id,
        object,

        -- text
        source,
        kind,
        origin,
        server_time_zone,

        -- numbers
        rows,
        quarantined,
        total_reported,
        pages,

        -- times
        {{ parse_timestamp('watermark') }} as watermark,
        {{ parse_timestamp('server_time') }} as server_time,
        started_at,
        finished_at,

        -- provenance
        _run_id,
        _extracted_at
    from runs
)

select * from renamed

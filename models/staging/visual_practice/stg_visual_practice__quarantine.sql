with

quarantine as (select * from {{ source('visual_practice', 'quarantine') }}),

listings as (select * from {{ ref('stg_visual_practice__listings') }}),

current_rows as (
    select
        -- ids
        quarantine.object,
        quarantine.locator,

        -- text
        quarantine.problem,
        quarantine.raw,

        -- provenance
        quarantine._run_id,
        quarantine._extracted_at
    from quarantine
    left join listings on quarantine.object = listings.object
    -- what an older full listing garbled has been listed anew
    where quarantine._run_id >= coalesce(listings.full_run_id, '')
)

select * from current_rows

with

fields as (select * from {{ source('visual_practice', 'fields') }}),

newest as (
    select
        * replace (
            {{ as_seeds_hold('name') }} as name,
            {{ as_seeds_hold('label') }} as label,
            {{ json_as_seeds_hold('picklist') }} as picklist
        )
    from fields
    -- what the metadata say now; a field that they no longer name is gone
    qualify _run_id = max(_run_id) over ()
),

renamed as (
    select
        -- ids
        object,
        name as field,

        -- text
        object_label,
        nullif(label, '') as label,
        type,
        nullif("references", '') as references_object,
        picklist,
        [option.value for option in from_json(picklist, '[{"value": "varchar"}]')] as options,

        -- numbers
        max_length,

        -- flags
        coalesce(required, false) as is_required,
        coalesce(custom, false) as is_custom,
        coalesce(multiple, false) as is_multiple,
        coalesce(phi, false) as is_phi,

        -- provenance
        _run_id,
        _extracted_at
    from newest
    qualify row_number() over (partition by object, name order by type) = 1
)

select * from renamed

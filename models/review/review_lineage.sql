{# Where each field of the practice stands in Nutshell, a row for each place; of what stands nowhere
   the row says whose decision that is. #}
with declared as (
    select
        fields.source_object,
        -- a setting may give a field of the migration another name
        if(fields.named_by is null, fields.name, 'customFields.' || settings.value) as field,
        unnest(fields.source_fields) as source,
        generate_subscripts(fields.source_fields, 1) as position
    from {{ ref('stg_declarations__fields') }} as fields
    left join {{ ref('settings') }} as settings on fields.named_by = settings.name
),

standard as (
    select
        source_object,
        split_part(source, '.', 2) as source_field,
        position,
        field,
        false as is_mapped_by_seed
    from declared
    -- what another object gives stands in that one's own record
    where split_part(source, '.', 1) = source_object
),

originals as (
    select distinct
        source_object,
        source_field,
        50 as position,
        'customFields.' || kept_in as field,
        false as is_mapped_by_seed
    from {{ ref('int_maps_merging') }}
),

mapped as (
    select
        source_object,
        source_field,
        100 as position,
        case target_type
            when 'Standard' then split_part(target_field, '.', 1)
            -- an activity has no custom fields: theirs are a line of its text
            when 'Trailer' then 'description'
            else 'customFields.' || target_field
        end as field,
        true as is_mapped_by_seed
    from {{ ref('fields') }}
    where decision = 'map'
),

placed as (
    select * from standard
    union all
    select * from originals
    union all
    select * from mapped
),

objects as (select distinct source_object from placed),

-- only of records that move
left_out as (
    select
        fields.object as source_object,
        fields.field as source_field,
        100 as position,
        cast(null as varchar) as field,
        false as is_mapped_by_seed
    from {{ ref('preflight_fields') }} as fields
    semi join objects on fields.object = objects.source_object
    anti join placed
        on fields.object = placed.source_object and fields.field = placed.source_field
),

lineage as (
    select * from placed
    union all
    select * from left_out
),

told as (
    select
        lineage.source_object,
        lineage.source_field,
        lineage.field,
        fields.goes_to,
        lineage.position,
        lineage.is_mapped_by_seed,
        coalesce(permitted.policy, 'migrate') = 'migrate' as is_shown
    from lineage
    left join {{ ref('preflight_fields') }} as fields
        on lineage.source_object = fields.object and lineage.source_field = fields.field
    left join {{ ref('int_fields_permitted') }} as permitted
        on lineage.source_object = permitted.object and lineage.source_field = permitted.field
)

select * from told

with

found as (select * from {{ ref('preflight_fields_found') }}),

standard_fields as (select * from {{ ref('stg_declarations__source_fields') }}),

-- a key may be empty, and an empty cell of a seed is null
fields as (
    select * replace (coalesce(source_field, '') as source_field) from {{ ref('fields') }}
),

field_classes as (select * from {{ ref('field_classes') }}),

objects as (select * from {{ ref('objects') }}),

-- those of Nutshell's own fields to which models add what a row of the map sends there
wired as (
    select
        target_fields.entity,
        source_kinds.source_object as object,
        target_fields.target_field
    from {{ ref('target_fields') }} as target_fields
    inner join {{ ref('source_kinds') }} as source_kinds
        on target_fields.entity = lower(source_kinds.entity_type)
    where target_fields.takes_more
),

placed as (
    select
        -- ids
        found.object,
        found.field,

        -- text
        found.label,
        found.origin,
        found.type_declared,
        found.type_seen,
        found.types_seen,
        found.references_object,
        found.options_declared,
        found.options_seen,
        objects.policy as object_policy,
        field_classes.policy as field_policy,
        fields.decision,
        fields.target_field,
        fields.target_type,
        fields.default_value,
        case
            when coalesce(objects.policy, 'land_only') <> 'migrate'
                then 'stays behind: its object is ' || coalesce(objects.policy, 'in no policy')
            when field_classes.policy = 'exclude' then 'stays behind: ' || field_classes.reason
            when
                (found.is_phi or field_classes.class = 'phi')
                and nullif(trim(field_classes.permitted_by), '') is null
                then 'stays behind: patients'' data, and nobody has permitted it'
            -- what models carry, they carry whatever a map says: a row can only add to it
            when standard_fields.goes_to is not null and not found.is_custom
                then
                    standard_fields.goes_to
                    || if(field_classes.policy = 'mask', ', masked', '')
                    || if(fields.decision = 'map', '; custom field: ' || fields.target_field, '')
            when fields.decision = 'leave_out' then 'stays behind: ' || coalesce(fields.reason, '')
            when fields.decision = 'map' and fields.target_type = 'Trailer'
                then 'a line of the activity''s text: ' || fields.target_field
            when fields.decision = 'map' and fields.target_type = 'Standard'
                then coalesce(wired.entity || ': ' || wired.target_field, 'nowhere yet')
            when fields.decision = 'map' then 'custom field: ' || fields.target_field
        end as goes_to,

        -- numbers
        found.records,
        found.filled,
        round(found.filled / nullif(found.records, 0), 4) as fill_rate,
        found.distinct_values,
        found.longest,
        found.max_length,

        -- flags
        found.is_custom,
        found.is_declared,
        found.is_required,
        found.is_multiple,
        found.is_phi,
        fields.confirmed_by is not null as is_confirmed,
        fields.source_field is not null as is_in_map,
        standard_fields.goes_to is not null and not found.is_custom as is_standard,
        wired.target_field is not null as is_wired
    from found
    left join standard_fields
        on
            found.object = standard_fields.source_object
            and found.field = standard_fields.source_field
    left join fields
        on found.object = fields.source_object and found.field = fields.source_field
    left join wired
        on fields.source_object = wired.object and fields.target_field = wired.target_field
    left join field_classes
        on found.object = field_classes.object and found.field = field_classes.field
    left join objects on found.object = objects.object
)

select * from placed

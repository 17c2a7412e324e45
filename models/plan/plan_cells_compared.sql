{# Three sides of every field on which they do not all agree: what the map wants, what we wrote
   last, what is there now. Records whose three maps are equal never come here. #}
with sides as (

    select
        wanted.record_key,
        wanted.kind,
        wanted.cells as wanted,
        ours.cells as ours,
        -- written, but not read back yet: taken to be as we wrote it
        coalesce(now.cells, ours.cells) as now,
        now.modified_at,
        ours.cells is not null as has_ours
    from {{ ref('records_differing') }} as differing
    inner join {{ ref('records_desired') }} as wanted on differing.record_key = wanted.record_key
    left join {{ ref('records_last_written') }} as ours on differing.record_key = ours.record_key
    left join {{ ref('records_live') }} as now on differing.record_key = now.record_key

),

fields as (

    select
        *,
        -- only the fields that differ: of what all three hold alike no row is made
        unnest(list_filter(
            list_distinct(list_concat(
                map_keys(wanted),
                map_keys(coalesce(ours, map { })),
                map_keys(coalesce(now, map { }))
            )),
            lambda field:
            {{ differs('wanted[field]', 'now[field]') }}
            or {{ differs('ours[field]', 'now[field]') }}
        )) as field
    from sides

),

-- one of the migration's may be declared with a rule of its own
declared as (

    select distinct
        kind,
        name,
        comparison
    from {{ ref('stg_declarations__fields') }}
    where comparison is not null

),

-- a number is compared as one only where the field's type is a number: 00123 is a text
typed as (

    select
        kinds.kind,
        'customFields.' || custom_fields.name as field,
        coalesce(declared.comparison, types.comparison) as comparison
    from {{ ref('nutshell_custom_fields') }} as custom_fields
    inner join {{ ref('kinds') }} as kinds on custom_fields.entity = lower(kinds.entity_type)
    inner join {{ ref('field_types') }} as types on custom_fields.type = types.type
    left join declared
        on kinds.kind = declared.kind and 'customFields.' || custom_fields.name = declared.name

),

-- apart from the join below, which is a hash join only on plain equality
parent_links as (

    select
        *,
        case
            when field = 'customFields.' || {{ setting('parent_link_field') }} then now[field]
        end as parent_link
    from fields

),

texts as (

    select
        fields.record_key,
        fields.kind,
        fields.field,
        fields.has_ours,
        fields.modified_at,
        rules.part_of,
        coalesce(typed.comparison, rules.comparison) as comparison,
        rules.is_list,
        rules.is_defaulted,
        rules.payload_key,
        rules.seen_key,
        fields.wanted[fields.field] as wanted,
        fields.ours[fields.field] as ours,
        -- a link to one of our records is told by that record's key
        coalesce(targets.record_key, fields.now[fields.field]) as now
    from parent_links as fields
    inner join {{ ref('stg_declarations__comparisons') }} as rules
        on fields.kind = rules.kind and split_part(fields.field, '.', 1) = rules.field
    left join typed on fields.kind = typed.kind and fields.field = typed.field
    left join {{ ref('record_keys') }} as targets on fields.parent_link = targets.html_url

),

-- two of the three are mostly one text: what counts of it is worked out once
keyed as (

    select
        *,
        {{ comparable('wanted', 'comparison') }} as wanted_key,
        case when {{ differs('ours', 'wanted') }} then {{ comparable('ours', 'comparison') }} end
            as ours_apart,
        case when {{ differs('now', 'wanted') }} then {{ comparable('now', 'comparison') }} end
            as now_apart
    from texts

),

compared as (

    select
        * exclude (ours_apart, now_apart),
        case when {{ differs('ours', 'wanted') }} then ours_apart else wanted_key end as ours_key,
        case when {{ differs('now', 'wanted') }} then now_apart else wanted_key end as now_key
    from keyed

)

select * from compared
where
    -- what Nutshell puts in by itself, where nothing was planned, is no difference
    not (is_defaulted and wanted is null and ours is null)
    and (
        {{ differs('wanted_key', 'now_key') }}
        or (has_ours and {{ differs('ours_key', 'now_key') }})
        or {{ differs('wanted', 'now') }}
    )

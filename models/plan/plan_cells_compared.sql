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
    from {{ ref('plan_cells_wanted') }} as wanted
    left join {{ ref('plan_cells_ours') }} as ours on wanted.record_key = ours.record_key
    left join {{ ref('plan_cells_now') }} as now on wanted.record_key = now.record_key
    where
        -- what is gone in Nutshell has no fields to compare
        not coalesce(now.is_gone, false)
        and (now.cells is null or wanted.cells <> now.cells or ours.cells <> now.cells)

),

fields as (

    select
        record_key,
        kind,
        has_ours,
        modified_at,
        unnest(list_distinct(list_concat(
            map_keys(wanted), map_keys(coalesce(ours, map { })), map_keys(coalesce(now, map { }))
        ))) as field,
        wanted,
        ours,
        now
    from sides

),

texts as (

    select
        fields.record_key,
        fields.kind,
        fields.field,
        fields.has_ours,
        fields.modified_at,
        rules.part_of,
        rules.comparison,
        rules.is_list,
        rules.is_defaulted,
        rules.seen_key,
        fields.wanted[fields.field] as wanted,
        fields.ours[fields.field] as ours,
        -- a link to one of our records is told by that record's key
        coalesce(targets.record_key, fields.now[fields.field]) as now
    from fields
    inner join {{ ref('compared_fields') }} as rules
        on fields.kind = rules.kind and split_part(fields.field, '.', 1) = rules.field
    left join {{ ref('plan_keys') }} as targets
        on fields.field = 'customFields.Parent link' and fields.now[fields.field] = targets.html_url

),

compared as (

    select
        *,
        {{ comparable('wanted', 'comparison') }} as wanted_key,
        {{ comparable('ours', 'comparison') }} as ours_key,
        {{ comparable('now', 'comparison') }} as now_key
    from texts

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

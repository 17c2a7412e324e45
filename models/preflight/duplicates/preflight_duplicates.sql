with

likened as (select * from {{ ref('preflight_duplicates_likened') }}),

people_resolved as (
    select
        'people' as object,
        source_id,
        survivor_id
    from {{ ref('int_people_resolved') }}
),

decisions as (select * from {{ ref('duplicate_decisions') }}),

scored as (
    select
        *,
        least(1, round(
            0.45 * name_likeness
            + if(has_same_address, 0.4, 0)
            -- people take their number with them when they move, a practice has a switchboard
            + if(has_same_phone, if(object = 'people', 0.2, 0.15), 0)
            -- the same name at another address is another practice until a human says otherwise
            - if(has_other_address and not (object = 'people' and has_same_phone), 0.2, 0)
            - if(has_other_birth_date, 0.3, 0),
            2
        )) as score
    from likened
    -- colleagues share a house and a switchboard: their names must be nearly the same
    where name_likeness >= if(object = 'people', 0.9, 0.6)
),

candidates as (
    select
        -- ids
        scored.object,
        scored.id as source_id,
        scored.other_id as other_source_id,

        -- text
        concat_ws(
            '; ',
            'names ' || try_cast(round(100 * scored.name_likeness) as integer) || ' % alike',
            if(scored.is_short_form, 'a short form or another spelling', null),
            if(scored.has_same_address, 'same house', null),
            if(scored.has_same_phone, 'same phone', null),
            if(scored.has_other_address, 'but another address', null),
            if(scored.has_other_birth_date, 'but another date of birth', null)
        ) as explanation,
        decisions.decision,
        decisions.decided_by,
        -- merge or keep_both comes next, and a name and a day; without them it decides nothing
        'seeds/policies/duplicate_decisions.csv: ' || scored.object || ','
        || {{ csv_cell('scored.id') }} || ',' || {{ csv_cell('scored.other_id') }} || ',,,,'
            as csv_line,

        -- numbers
        scored.score,
        round(scored.name_likeness, 2) as name_likeness,

        -- flags
        scored.has_same_phone,
        scored.has_same_address,
        scored.has_other_address,
        scored.has_other_birth_date,
        decisions.decision is not null as is_decided
    from scored
    left join decisions
        on
            scored.object = decisions.object
            and least(decisions.source_id, decisions.other_source_id) = scored.id
            and greatest(decisions.source_id, decisions.other_source_id) = scored.other_id
    left join people_resolved as mine
        on scored.object = mine.object and scored.id = mine.source_id
    left join people_resolved as theirs
        on scored.object = theirs.object and scored.other_id = theirs.source_id
    -- twins by e-mail are one already
    where
        scored.score >= 0.6
        and (scored.object <> 'people' or mine.survivor_id is distinct from theirs.survivor_id)
)

select * from candidates

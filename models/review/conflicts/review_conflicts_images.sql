{# What stood in each field of a record when we wrote over it, and what we left there, told by the
   audit: of records that we have edited, for of the others nothing was written over. #}
with writes as (

    select
        record_key,
        kind,
        write_id,
        run_id,
        step,
        operation,
        bool_or(step = 'outcome') over (partition by record_key) as is_closed_by_us,
        try_cast(before as json) as before,
        -- the step of a value notes the bare amount
        if(
            step = 'value',
            json_object('value', try_cast(after as json)),
            try_cast(after as json)
        ) as after
    from {{ ref('stg_audit__writes') }}
    where
        status = 'done'
        and operation in ('create', 'update')
        and record_key in (
            select record_key from {{ ref('stg_audit__writes') }}
            where status = 'done' and operation = 'update' and kind <> 'file'
        )

),

images as (

    select
        * exclude (before, after),
        'before' as side,
        unnest({{ json_entries('before') }}) as entry
    from writes
    where operation = 'update'
    union all
    select
        * exclude (before, after),
        'after' as side,
        unnest({{ json_entries('after') }}) as entry
    from writes

),

custom as (

    select
        * exclude (entry),
        unnest({{ json_entries('entry.value') }}) as entry
    from images
    where entry.key = 'customFields'

),

named as (

    select
        * exclude (entry),
        entry.key as name,
        entry.value as shown
    from images
    union all
    select
        * exclude (entry),
        'customFields.' || entry.key as name,
        entry.value as shown
    from custom

),

told as (

    select
        named.* exclude (name, shown, is_closed_by_us),
        if(rules.field = 'customFields', named.name, rules.field) as field,
        nullif(case
            when rules.field = 'value'
                then {{ money_cell("(named.shown ->> 'amount')", "named.shown ->> 'currency'") }}
            when json_type(named.shown) = 'ARRAY'
                then array_to_string(list_sort(try_cast(named.shown as varchar[])), '; ')
            else nullif(named.shown ->> '$', '{}')
        end, '') as text
    from named
    inner join {{ ref('stg_declarations__comparisons') }} as rules
        on
            named.kind = rules.kind
            and split_part(named.name, '.', 1) in (rules.field, rules.seen_key)
    where
        named.name <> 'customFields'
        -- a record's first image holds its value and its status, too
        and (rules.part_of = named.step or (named.step = 'record' and named.side = 'after'))
        -- these move along with a closing of ours
        and not (rules.is_defaulted and named.is_closed_by_us)

)

select * from told

{# The losses that preflight foresaw, in the fields of Nutshell where they show: of records that
   moved, and only where the value really is not there. #}
with holders as (

    -- the record in which each one's fields stand: a twin's in its survivor's
    select
        source_object,
        source_id,
        coalesce(survivor_key, record_key) as record_key,
        survivor_key is null as is_own
    from {{ ref('plan_verdicts') }}
    where bucket <> 'excluded'

),

settled as (

    select record_key
    from {{ ref('stg_audit__records') }}
    where state in ('created', 'matched')

),

places as (

    select
        source_object,
        source_field,
        field,
        is_mapped_by_seed
    from {{ ref('review_lineage') }}
    where field is not null
    union all
    -- custom fields that are no object at all are lost together
    select distinct
        source_object,
        'custom_fields' as source_field,
        'customFields' as field,
        true as is_mapped_by_seed
    from {{ ref('review_lineage') }}

),

placed as (

    select
        holders.record_key,
        wanted.kind,
        places.field,
        foreseen.diff_class,
        foreseen.cause,
        wanted.cells[places.field] as wanted,
        -- a value that stands there was read all the same, or is the survivor's own
        not rules.is_list and (places.is_mapped_by_seed or not holders.is_own) as is_whole_or_none
    from {{ ref('review_losses_foreseen') }} as foreseen
    inner join holders
        on
            foreseen.source_object = holders.source_object
            and foreseen.source_id = holders.source_id
    semi join settled on holders.record_key = settled.record_key
    inner join {{ ref('records_desired') }} as wanted on holders.record_key = wanted.record_key
    inner join places
        on
            foreseen.source_object = places.source_object
            and foreseen.source_field = places.source_field
    inner join {{ ref('stg_declarations__comparisons') }} as rules
        on wanted.kind = rules.kind and split_part(places.field, '.', 1) = rules.field

),

lost as (

    select
        record_key,
        kind,
        field,
        diff_class,
        any_value(wanted) as wanted,
        string_agg(distinct cause, '; ' order by cause) as cause
    from placed
    where
        case
            when diff_class = 'cut_to_limit' then contains(wanted, '…')
            else wanted is null or not is_whole_or_none
        end
    group by record_key, kind, field, diff_class

)

select * from lost

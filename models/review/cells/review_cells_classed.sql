{# Whose doing each difference is, told from what we wrote, when we last sent the field, and who has
   worked on the record since. #}
with settled as (

    select
        record_key,
        state
    from {{ ref('stg_audit__records') }}
    where state in ('created', 'matched')

),

classed as (

    select
        compared.record_key,
        compared.kind,
        compared.field,
        compared.wanted,
        compared.ours,
        compared.now,
        case
            -- the same value, written another way
            when not ({{ differs('compared.wanted_key', 'compared.now_key') }}) then 'normalised'
            -- the source has no value any more: Nutshell keeps the last one
            when compared.wanted is null and compared.ours = compared.now then 'kept'
            -- a default fills blanks only: it waits for nothing
            when
                defaulted.field is not null
                and compared.now is not null
                and {{ differs('compared.wanted_key', 'compared.ours_key') }}
                then 'kept'
            -- the source moved on after our write, and nobody else
            when
                {{ differs('compared.wanted_key', 'compared.ours_key') }}
                and not ({{ differs('compared.now_key', 'compared.ours_key') }})
                then 'pending'
            -- both sides moved on: by policy Nutshell's value stays, or a person is asked
            when {{ differs('compared.wanted_key', 'compared.ours_key') }} then 'conflict'
            -- there before us: its own value stays
            when settled.state = 'matched' and compared.now is not null then 'kept'
            -- somebody worked on it after we last sent the field
            when others.edited_after >= coalesce(sent.sent_at, others.edited_after)
                then 'edited_since'
            when compared.now is null then 'not_written'
            -- sent by an earlier plan; the source has emptied it since
            when compared.wanted is null and sent.field is not null then 'kept'
            when compared.wanted is null then 'unexpected'
            when starts_with(compared.wanted, compared.now) then 'truncated'
            else 'changed_value'
        end as diff_class
    from {{ ref('plan_cells_compared') }} as compared
    inner join settled on compared.record_key = settled.record_key
    left join {{ ref('review_edits_by_others') }} as others
        on compared.record_key = others.record_key
    left join {{ ref('review_fields_sent') }} as sent
        on compared.record_key = sent.record_key and compared.field = sent.field
    left join {{ ref('int_custom_fields_defaulted') }} as defaulted
        on compared.record_key = defaulted.record_key and compared.field = defaulted.field
    where compared.has_ours and {{ differs('compared.wanted', 'compared.now') }}

)

select * from classed

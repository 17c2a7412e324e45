{# What happens to each field on which source, our last write and Nutshell do not agree. Three-
   way: a field that only the source changed is written; one that only a human changed is kept;
   both is a conflict, by policy. #}
with compared as (

    select
        *,
        has_ours and {{ differs('ours_key', 'now_key') }} as destination_changed,
        not has_ours or {{ differs('wanted_key', 'ours_key') }} as source_changed
    from {{ ref('plan_cells_compared') }}
    where {{ differs('wanted_key', 'now_key') }}

),

-- the most particular row of the policy holds: kind and field, then field, then the default
policed as (

    select
        compared.*,
        policies.on_match,
        policies.on_conflict,
        policies.on_null
    from compared
    inner join {{ ref('conflicts') }} as policies
        on {{ policy_holds('policies', 'compared.kind', 'compared.field') }}
    qualify
        row_number() over (
            partition by compared.record_key, compared.field
            order by {{ most_particular_policy('policies', 'compared.field') }}
        ) = 1

),

sources as (

    select
        record_key,
        source_modified_at
    from {{ ref('plan_source_times') }}

),

defaulted as (select * from {{ ref('int_custom_fields_defaulted') }}),

decided as (

    select
        policed.*,
        sources.source_modified_at,
        case
            -- a closed lead is never reopened, whatever the source says
            when policed.field = 'status' and policed.wanted = '0' then 'keep_destination'
            -- a default fills blanks: it goes over nothing that anybody has put there
            when defaulted.field is not null and policed.now is not null then 'keep_destination'
            -- the source has no value: never a reason to erase, unless the policy says so
            when policed.wanted is null and not policed.has_ours then 'keep_destination'
            when policed.wanted is null and policed.ours is null then 'keep_destination'
            when policed.wanted is null and policed.on_null = 'keep' then 'keep_null'
            -- there before us: blanks are filled, lists united
            when not policed.has_ours and policed.now is null then 'write'
            when
                not policed.has_ours and policed.on_match = 'unite' and policed.is_list
                then 'unite'
            when not policed.has_ours and policed.on_match = 'source_wins' then 'write'
            when not policed.has_ours then 'keep_destination'
            -- only a human changed it
            when not policed.source_changed then 'keep_destination'
            -- only the source changed it
            when not policed.destination_changed then 'write'
            -- both did
            when policed.on_conflict = 'source_wins' then 'write'
            when
                policed.on_conflict = 'newest'
                and sources.source_modified_at > policed.modified_at
                then 'write'
            when policed.on_conflict = 'ask' then 'ask'
            else 'keep_destination'
        end as decision
    from policed
    left join sources on policed.record_key = sources.record_key
    left join defaulted
        on policed.record_key = defaulted.record_key and policed.field = defaulted.field

)

select * from decided

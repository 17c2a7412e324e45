{% set objects = ['organizations', 'people', 'leads', 'deals', 'activities', 'attachments'] %}

with

users as (
    select
        *,
        count(distinct lower(name)) over (partition by lower(email)) > 1 as shares_mailbox
    from {{ ref('stg_visual_practice__users') }}
),

owners_matched as (select * from {{ ref('int_owners_matched') }}),

owner_matches as (select * from {{ ref('owner_matches') }}),

nutshell_users as (select * from {{ ref('stg_nutshell__users') }}),

fallback as (select * from {{ ref('int_fallback_owner') }}),

counted as (select * from {{ ref('preflight_owners_counted') }}),

likeness as (select * from {{ ref('preflight_owners_likened') }}),

owners as (
    select
        -- ids
        coalesce(users.id, counted.user_id) as user_id,
        -- who is no user of the source at all gets the fallback too
        coalesce(owners_matched.nutshell_user_id, fallback.nutshell_user_id) as nutshell_user_id,

        -- text
        users.email,
        users.name,
        coalesce(
            owners_matched.match, if(fallback.nutshell_user_id is null, 'none', 'fallback')
        ) as match,
        holders.name as nutshell_name,
        owners_matched.alias,
        case
            when
                owners_matched.alias is not null
                and (owners_matched.is_fallback or not owners_matched.is_alias_confirmed)
                then 'correct or sign the line in seeds/value_maps/owners.csv'
            -- one user there for several here: no line could tell their records apart
            when owners_matched.match in ('exact', 'case') and users.shares_mailbox
                then 'give each an e-mail of their own, or let one user own what all of them had'
            when owner_matches.has_own_user then 'nothing to do'
            when likeness.proposal is not null then likeness.proposal
            when fallback.nutshell_user_id is not null then 'leave it to the fallback user'
            else 'name a fallback user in seeds/policies/settings.csv'
        end as proposal,
        case
            when owners_matched.match in ('exact', 'case') and users.shares_mailbox
                then 'the same e-mail, which several users of the practice share'
            when owners_matched.match = 'alias' and not owners_matched.is_alias_confirmed
                then 'proposed in seeds/value_maps/owners.csv, and nobody has confirmed it'
            when owner_matches.reason is not null then owner_matches.reason
            -- a line that leads to nobody must not end at the fallback user in silence
            when owners_matched.alias is not null
                then
                    'seeds/value_maps/owners.csv names ' || owners_matched.alias || ', who is '
                    || if(owners_matched.found_user_id is null, 'not', 'disabled') || ' in Nutshell'
            when likeness.score is not null
                then
                    'the same person by name (' || likeness.score || ')'
                    || if(likeness.is_enabled, '', ', but disabled in Nutshell')
            when users.id is null and counted.user_id = '' then 'records without an owner'
            when users.id is null then 'this user is not in the practice''s list of users'
            else 'nobody in Nutshell has this e-mail or a like name'
        end as reason,
        coalesce(owner_matches.may_write_as, 'no: has no user of their own') as may_write_as,
        counted.open_currency,

        -- numbers
        {%- for object in objects %}
            coalesce(counted.{{ object }}, 0) as {{ object }},
        {%- endfor %}
        coalesce(counted.records, 0) as records,
        coalesce(counted.open_deals, 0) as open_deals,
        -- null where none of the open deals states an amount
        counted.open_value,

        -- flags
        coalesce(users.active, false) as is_active,
        coalesce(owners_matched.is_alias_confirmed, false) as is_alias_confirmed,
        coalesce(owners_matched.is_fallback, true) as is_fallback
    from users
    full join counted on users.id = counted.user_id
    left join owners_matched on users.id = owners_matched.user_id
    left join owner_matches on owners_matched.match = owner_matches.match
    left join likeness on users.id = likeness.user_id
    cross join fallback
    left join nutshell_users as holders
        on
            coalesce(owners_matched.nutshell_user_id, fallback.nutshell_user_id)
            = holders.nutshell_user_id
)

select * from owners

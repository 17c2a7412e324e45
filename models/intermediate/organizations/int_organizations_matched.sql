with

merged as (select * from {{ ref('int_organizations_merged') }}),

-- what a human has merged is looked for by all that any of it is known by
organizations as (
    select
        keyed.* replace (coalesce(merged.heir_id, keyed.source_id) as source_id),
        keyed.source_id as member_id,
        coalesce(merged.rank_in_cluster, 1) as member,
        count(distinct coalesce(merged.heir_id, keyed.source_id)) over (
            partition by keyed.name_key
        ) as namesakes
    from {{ ref('int_organizations_keyed') }} as keyed
    left join merged on keyed.source_id = merged.source_id
    where not keyed.is_deleted
),

accounts as (
    select
        *,
        count(*) over (partition by name_key) as namesakes
    from {{ ref('int_accounts_keyed') }}
),

-- by whatever name: renamed since, or merged by a human and its survivor deleted by the practice
marked as (
    select
        source_id,
        member,
        'organizations:' || member_id as visual_practice_id,
        if(source_id = member_id, 'visual_practice_id', 'heir') as evidence
    from organizations
    union all
    select
        heir_id as source_id,
        rank_in_cluster as member,
        'organizations:' || source_id as visual_practice_id,
        'heir' as evidence
    from merged
    where is_deleted and heir_id is not null
),

policy as (select {{ setting('organizations_match') }} as organizations_match),

pairs as (
    select
        organizations.source_id,
        organizations.member,
        accounts.nutshell_id,
        case
            when list_has_any(organizations.domains, accounts.domains) then 'name_and_domain'
            when list_has_any(organizations.phone_keys, accounts.phone_keys) then 'name_and_phone'
            when list_has_any(organizations.address_keys, accounts.address_keys)
                then 'name_and_address'
            when organizations.namesakes = 1 and accounts.namesakes = 1 then 'unique_name'
            else 'name_only'
        end as evidence
    from organizations
    inner join accounts
        on
            organizations.name_key = accounts.name_key
            -- an account that a record of ours stands behind is taken
            and accounts.visual_practice_id is null
    union all
    select
        marked.source_id,
        marked.member,
        accounts.nutshell_id,
        marked.evidence
    from marked
    inner join accounts on marked.visual_practice_id = accounts.visual_practice_id
),

accepted as (
    select pairs.*
    from pairs
    cross join policy
    -- the same name is not enough where it is not the only one: two practices may share it
    where
        pairs.evidence in ('visual_practice_id', 'heir')
        or (policy.organizations_match = 'name_and_evidence' and pairs.evidence <> 'name_only')
        or (policy.organizations_match = 'exact_unique_name' and pairs.evidence = 'unique_name')
    -- a marker says more than anything else, and the own one most; then what the survivor is
    -- known by goes before what the merged ones are
    qualify rank() over (
        partition by pairs.source_id
        order by
            list_position(['heir', 'visual_practice_id'], pairs.evidence) desc nulls last,
            pairs.member asc
    ) = 1
),

-- who has one account that nobody else has
settled as (
    select *
    from accepted
    qualify
        count(*) over (partition by source_id) = 1
        and count(*) over (partition by nutshell_id) = 1
),

matched as (
    select
        pairs.source_id,
        any_value(settled.nutshell_id) as nutshell_id,
        coalesce(any_value(settled.evidence), 'ambiguous') as match
    from pairs
    left join settled on pairs.source_id = settled.source_id
    group by pairs.source_id
)

select * from matched

{# Who is who on the other side: every Nutshell record that stands for one of ours. #}
with settled as (

    select
        kind,
        record_key,
        nutshell_id,
        html_url
    from {{ ref('stg_audit__records') }}
    where state in ('created', 'matched') and nutshell_id is not null

),

-- records that were there before us and that no plan has registered yet
matched as (

    select
        records.kind,
        records.record_key,
        records.nutshell_id,
        cast(null as varchar) as html_url
    from {{ ref('records') }} as records
    left join settled on records.record_key = settled.record_key
    -- a merged record stands behind its survivor, which has the id
    where
        records.nutshell_id is not null
        and records.bucket_reason is null
        and settled.record_key is null

),

links as (

    select
        nutshell_id,
        html_url,
        'account' as kind
    from {{ ref('stg_nutshell__accounts') }}
    union all
    select
        nutshell_id,
        html_url,
        'contact' as kind
    from {{ ref('stg_nutshell__contacts') }}

),

known as (

    select * from settled
    union all
    select * from matched

),

joined as (

    select
        known.kind,
        known.record_key,
        known.nutshell_id,
        kinds.entity_type,
        coalesce(known.html_url, links.html_url) as html_url
    from known
    inner join {{ ref('kinds') }} as kinds on known.kind = kinds.kind
    left join links on known.kind = links.kind and known.nutshell_id = links.nutshell_id
    left join {{ ref('records') }} as records on known.record_key = records.record_key
    -- a twin that lives on in the contact of a deleted one is whom the contact stands for
    qualify
        row_number() over (
            partition by known.kind, known.nutshell_id
            order by records.bucket_reason is not null, known.record_key
        ) = 1

)

select * from joined

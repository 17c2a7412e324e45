{% set tables = [
    ('account', 'accounts'), ('contact', 'contacts'), ('lead', 'leads'), ('activity', 'activities'),
] %}
with

settled as (
    select *
    from {{ ref('stg_audit__records') }}
    where state in ('created', 'matched') and nutshell_id is not null
),

kinds as (select * from {{ ref('kinds') }}),

shown as (
    {% for kind, table in tables %}
        select
            '{{ kind }}' as kind,
            nutshell_id,
            is_gone
        from {{ ref('stg_nutshell__' ~ table) }}
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}
),

listings as (
    select
        object,
        arg_max(started_at, run_id) as listed_at
    from {{ source('nutshell', 'runs') }}
    where kind = 'full'
    group by object
),

standing as (
    select
        -- ids
        settled.record_key,
        settled.nutshell_id,

        -- text
        settled.kind,
        kinds.entity_type,

        -- flags
        -- given back as deleted, or missing from a whole listing that began after our last word
        coalesce(shown.is_gone, settled.updated_at < listings.listed_at, false) as is_gone
    from settled
    inner join kinds on settled.kind = kinds.kind
    left join shown
        on settled.kind = shown.kind and settled.nutshell_id = shown.nutshell_id
    left join listings on lower(kinds.entity_type) = listings.object
)

select * from standing

with

organizations as (select * from {{ ref('nutshell_organizations') }}),

people as (select * from {{ ref('nutshell_people') }}),

leads as (select * from {{ ref('nutshell_leads') }}),

deals as (select * from {{ ref('nutshell_deals') }}),

payloads as (
    {%- for table, entity in [
        ('organizations', 'accounts'), ('people', 'contacts'), ('leads', 'leads'), ('deals', 'leads')
    ] %}
        select
            '{{ entity }}' as entity,
            unnest(tags) as name
        from {{ table }}
        -- only what moves needs its tags
        where bucket_reason is null
        {{ "union all" if not loop.last }}
    {%- endfor %}
),

used as (
    select
        entity,
        name,
        count(*) as records
    from payloads
    group by all
)

select * from used

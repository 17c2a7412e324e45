{# How many records each owner has whom records name, and what is still to be won among them. #}
{% set objects = ['organizations', 'people', 'leads', 'deals', 'activities', 'attachments'] %}

with

{% for object in objects -%}
    {{ object }} as (select * from {{ ref('stg_visual_practice__' ~ object) }}),

{% endfor -%}

nutshell_deals as (select * from {{ ref('nutshell_deals') }}),

amounts as (select * from {{ ref('int_amounts_converted') }}),

owned as (
    {%- for object in objects %}
        select
            '{{ object }}' as object,
            id,
            coalesce(owner_id, '') as user_id
        from {{ object }}
        where not is_deleted
        {{ "union all" if not loop.last }}
    {%- endfor %}
),

counted as (
    select
        user_id,
        {%- for object in objects %}
            count(*) filter (where object = '{{ object }}') as {{ object }},
        {%- endfor %}
        count(*) as records
    from owned
    group by user_id
),

at_stake as (
    select
        owned.user_id,
        count(*) as open_deals,
        sum(amounts.amount_converted) as open_value,
        any_value(amounts.currency_converted) as open_currency
    from owned
    inner join nutshell_deals
        on owned.object = nutshell_deals.source_object and owned.id = nutshell_deals.source_id
    left join amounts
        on owned.object = amounts.source_object and owned.id = amounts.source_id
    -- what is still to be won: nobody may lose sight of these
    where nutshell_deals.bucket_reason is null and nutshell_deals.status is null
    group by owned.user_id
),

told as (
    select
        counted.*,
        coalesce(at_stake.open_deals, 0) as open_deals,
        at_stake.open_value,
        at_stake.open_currency
    from counted
    left join at_stake on counted.user_id = at_stake.user_id
)

select * from told

{#
    What each lead and each deal is worth: its own amount; a deal without one takes the estimate of
    the lead that became it.
#}
with

amounts as (select * from {{ ref('int_amounts_converted') }}),

inherited as (select * from {{ ref('int_leads_inherited') }}),

keyed as (
    select
        *,
        source_object || ':' || source_id as record_key
    from amounts
),

chosen as (
    select
        keyed.record_key,
        if(
            keyed.amount_original is null and inherited.value_lead_id is not null,
            'leads:' || inherited.value_lead_id, keyed.record_key
        ) as value_key
    from keyed
    left join inherited on keyed.record_key = inherited.target_key
),

valued as (
    select
        -- ids
        chosen.record_key,
        if(keyed.amount_converted is null, null, chosen.value_key) as value_key,

        -- text
        keyed.currency_original,
        keyed.currency_converted,
        {{ plain_number('keyed.amount_original') }} as amount_original_text,
        if(keyed.amount_converted is null, null, struct_pack(
            amount := keyed.amount_text, currency := keyed.currency_converted
        )) as converted,

        -- numbers
        keyed.amount_original,
        keyed.amount_converted,
        keyed.rate,

        -- times
        keyed.rate_date
    from chosen
    inner join keyed on chosen.value_key = keyed.record_key
)

select * from valued

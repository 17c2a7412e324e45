{# Money, side by side: what the practice has, what moves, what Nutshell holds, and what stays
   behind. Sums of the original amounts agree by construction only if no amount is lost; a test
   holds it. #}
with amounts as (

    select
        source_object,
        source_object || ':' || source_id as record_key,
        coalesce(currency_original, '(none)') as currency_original,
        amount_original,
        amount_converted,
        currency_converted
    from {{ ref('int_amounts_converted') }}
    where amount_original is not null

),

-- a deal without an amount of its own was written with that of the lead that became it
written as (

    select
        value_key,
        min(record_key) as record_key
    from {{ ref('int_opportunities_valued') }}
    where value_key is not null and value_key <> record_key
    group by value_key

),

buckets as (

    select
        record_key,
        bucket,
        reason
    from {{ ref('review_buckets') }}

),

now as (

    select
        keys.record_key,
        leads.value_amount
    from {{ ref('record_keys') }} as keys
    inner join {{ ref('stg_nutshell__leads') }} as leads on keys.nutshell_id = leads.nutshell_id
    where keys.kind = 'lead' and not leads.is_gone

),

placed as (

    select
        amounts.*,
        buckets.bucket in ('created', 'updated', 'matched') as is_moved,
        now.value_amount
    from amounts
    left join written on amounts.record_key = written.value_key
    left join buckets on coalesce(written.record_key, amounts.record_key) = buckets.record_key
    left join now on coalesce(written.record_key, amounts.record_key) = now.record_key

),

summed as (

    select
        source_object,
        currency_original,
        count(*) as records,
        sum(amount_original) as source_amount,
        sum(amount_original) filter (where is_moved) as moved_amount,
        sum(amount_original) filter (where not coalesce(is_moved, false)) as unwritten_amount,
        sum(amount_converted) filter (where is_moved) as converted_amount,
        sum(value_amount) filter (where is_moved) as nutshell_amount,
        count(*) filter (where not coalesce(is_moved, false)) as unwritten_records
    from placed
    group by source_object, currency_original

)

select * from summed

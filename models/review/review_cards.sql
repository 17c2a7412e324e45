{# Every source record as people know it: its name, whose it is and what it is worth. Of what a
   policy leaves out, no name is told. #}
with records as (

    {% for object, name in [
        ('organizations', 'name'), ('people', "concat_ws(' ', first_name, last_name)"), ('leads', 'title'),
        ('deals', 'name'), ('activities', 'subject'), ('attachments', 'file_name'),
    ] %}
        select
            '{{ object }}:' || id as record_key,
            owner_id,
            nullif(trim({{ name }}), '') as name
        from {{ ref('stg_visual_practice__' ~ object) }}
        {{ "union all" if not loop.last }}
    {% endfor %}

),

amounts as (

    select
        source_object || ':' || source_id as record_key,
        amount_original,
        currency_original,
        amount_converted
    from {{ ref('int_amounts_converted') }}

),

told as (

    select
        buckets.record_key,
        if(buckets.bucket = 'excluded', null, records.name) as name,
        coalesce(users.name, users.email) as owner,
        amounts.amount_original as amount,
        amounts.currency_original as currency,
        amounts.amount_converted
    from {{ ref('review_buckets') }} as buckets
    left join records on buckets.record_key = records.record_key
    left join {{ ref('stg_visual_practice__users') }} as users on records.owner_id = users.id
    left join amounts on buckets.record_key = amounts.record_key

)

select * from told

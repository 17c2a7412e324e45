{# Fields in which the practice's value went over a person's, since the policy says so: what stood
   there when we wrote is not what we had left before. Afterwards no plan can see it. #}
with images as (

    select * from {{ ref('review_conflicts_images') }}

),

left_before as (

    select * from images
    where side = 'after'

),

made as (

    select record_key from images
    where operation = 'create' and step = 'record'

),

written as (

    select
        found.record_key,
        found.kind,
        found.field,
        found.run_id,
        ours.text as ours,
        found.text as now,
        sent.text as wanted
    from images as found
    inner join left_before as sent
        on found.write_id = sent.write_id and found.field = sent.field
    asof left join left_before as ours
        on
            found.record_key = ours.record_key
            and found.field = ours.field
            and found.write_id > ours.write_id
    where
        found.side = 'before'
        and {{ differs('found.text', 'ours.text') }}
        -- what a record that was there before us held then is nobody's change since
        and (
            ours.write_id is not null
            or found.record_key in (select record_key from made)
        )

),

policed as (

    select
        written.*,
        policies.on_conflict as policy
    from written
    inner join {{ ref('conflicts') }} as policies
        on {{ policy_holds('policies', 'written.kind', 'written.field') }}
    qualify
        row_number() over (
            partition by written.record_key, written.field, written.run_id
            order by {{ most_particular_policy('policies', 'written.field') }}
        ) = 1

)

select * from policed

{# What each contact is called: the parts of its name, or what stands for them. #}
with

resolved as (select * from {{ ref('int_people_resolved') }}),

united as (select * from {{ ref('int_people_united') }}),

policy as (select {{ setting('nameless_label') }} as nameless_label),

parted as (
    select
        -- ids
        resolved.source_id,

        -- text
        united.salutation,
        {{ within_limit(
            "nullif(concat_ws(' ', united.first_name, united.middle_name), '')", 'text_length'
        ) }} as given_name,
        {{ within_limit(
            "nullif(concat_ws(' ', united.last_name, united.suffix), '')", 'text_length'
        ) }} as family_name,
        -- who has no name is called by the address, who has neither by the label of the settings
        coalesce(
            nullif(concat_ws(
                ' ', united.first_name, united.middle_name, united.last_name, united.suffix
            ), ''),
            united.first_email,
            policy.nameless_label
        ) as display_name
    from resolved
    cross join policy
    left join united on resolved.source_id = united.source_id
)

select * from parted

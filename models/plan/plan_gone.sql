{# Records of ours that Nutshell holds no more: a person deleted them, and humans win. #}
with gone as (

    select record_key
    from {{ ref('int_records_standing') }}
    where is_gone

)

select * from gone

with

defaulted as (select * from {{ ref('int_custom_fields_defaulted') }}),

packed as (
    select
        record_key,
        {{ json_object_of('target_field', 'value') }} as default_fields
    from defaulted
    group by record_key
)

select * from packed

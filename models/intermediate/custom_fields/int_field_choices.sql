{# What may be chosen in each custom field of Nutshell that takes nothing else. #}
with

mapped as (
    select * from {{ ref('int_fields_mapped') }}
    where type in ('Choice', 'Checkbox')
),

pick_list_values as (select * from {{ ref('pick_list_values') }}),

checkbox_values as (select * from {{ ref('checkbox_values') }}),

statuses as (select * from {{ ref('lead_status') }}),

stages as (select * from {{ ref('deal_stage') }}),

choices as (
    select
        mapped.entity,
        mapped.name,
        nullif(trim(pick_list_values.target_value), '') as choice
    from mapped
    inner join pick_list_values
        on
            mapped.source_object = pick_list_values.source_object
            and mapped.source_field = pick_list_values.source_field
    where mapped.type = 'Choice'
    union
    -- what is put in by default must be a choice too
    select
        entity,
        name,
        unnest(try_cast(
            if(json_type(default_json) = 'ARRAY', default_json, json_array(default_json))
            as varchar[]
        )) as choice
    from mapped
    where type = 'Choice'
    union
    select
        mapped.entity,
        mapped.name,
        checkbox_values.target_value as choice
    from mapped
    cross join checkbox_values
    where mapped.type = 'Checkbox'
    union
    select
        'leads' as entity,
        'Lead status' as name,
        target_value as choice
    from statuses
    union
    select
        'leads' as entity,
        'Deal stage' as name,
        target_value as choice
    from stages
),

listed as (
    select
        entity,
        name,
        list(choice order by choice) as choices
    from choices
    where choice is not null
    group by entity, name
)

select * from listed

with

assembled as (
    select * from {{ ref('int_opportunities_assembled') }}
    where source_object = 'leads'
),

fielded as (
    select
        *,
        {{ lead_custom_fields() }} as custom_fields
    from assembled
),

shaped as (
    select
        {{ opportunity_columns() }}
    from fielded
)

select * from shaped

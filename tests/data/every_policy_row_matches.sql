-- A failing row is a row of a policy that says something of nothing: its object, field, id or
-- currency is not there. What it was to decide goes by the default.
{{ config(severity='warn') }}

with

fields as (
    select
        object,
        field
    from {{ ref('preflight_fields') }}
    union
    select
        source_object as object,
        source_field as field
    from {{ ref('standard_fields') }}
),

ids as (
    {%- for object in ['organizations', 'people'] %}
        select
            '{{ object }}' as object,
            id
        from {{ ref('stg_visual_practice__' ~ object) }}
        {{ "union all" if not loop.last }}
    {%- endfor %}
),

rows_of_policies as (
    select
        'date_orders' as policy,
        concat_ws('.', object, field) as said_of,
        (object, field) in (select (fields.object, fields.field) from fields) as is_matched
    from {{ ref('date_orders') }}
    union all
    select
        'duplicate_decisions' as policy,
        concat_ws(':', object, source_id) as said_of,
        (object, source_id) in (select (ids.object, ids.id) from ids)
        and (object, other_source_id) in (select (ids.object, ids.id) from ids) as is_matched
    from {{ ref('duplicate_decisions') }}
    union all
    select
        'rate_overrides' as policy,
        currency as said_of,
        currency in (
            select amounts.currency_original
            from {{ ref('int_amounts_dated') }} as amounts
            where amounts.currency_original is not null
        ) as is_matched
    from {{ ref('rate_overrides') }}
    union all
    select
        'owners' as policy,
        source_value as said_of,
        lower(trim(source_value)) in (
            select lower(trim(users.email))
            from {{ ref('stg_visual_practice__users') }} as users
            where users.email is not null
        ) as is_matched
    from {{ ref('owners') }}
)

select
    policy,
    said_of
from rows_of_policies
where not is_matched

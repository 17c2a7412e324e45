{# What the account uses of each limit, what the plan adds, and the most at any moment. #}
with

of_records as (select * from {{ ref('preflight_limits_of_records') }}),

of_fields as (select * from {{ ref('preflight_limits_of_fields') }}),

of_account as (select * from {{ ref('preflight_limits_of_account') }}),

of_features as (select * from {{ ref('preflight_limits_of_features') }}),

measured as (
    select * from of_records
    union all
    select * from of_fields
    union all
    select * from of_account
    union all
    select * from of_features
)

select * from measured

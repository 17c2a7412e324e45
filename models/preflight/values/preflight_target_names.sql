{# Every name that a value of a map may become: what Nutshell has now, and what a map lists. #}
with

targets as (select * from {{ ref('preflight_targets') }}),

choices as (select * from {{ ref('preflight_choices') }}),

live_sources as (select * from {{ ref('stg_nutshell__sources') }}),

mapped_columns as (select * from {{ ref('mapped_columns') }}),

names as (
    select
        map,
        '' as key_object,
        '' as key_field,
        name,
        position
    from targets
    union all
    select
        map,
        '' as key_object,
        '' as key_field,
        unnest(string_split(choices, ';')) as name,
        generate_subscripts(string_split(choices, ';'), 1) as position
    from mapped_columns
    where choices is not null
    union all
    select
        'source' as map,
        '' as key_object,
        '' as key_field,
        name,
        source_id as position
    from live_sources
    union all
    select
        'pick_list_values' as map,
        source_object as key_object,
        source_field as key_field,
        choice as name,
        position
    from choices
)

select * from names

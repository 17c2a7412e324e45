{# Values in use that are, but for capitals, a name already. What a value means is told by
   `load propose` alone: a line at first sight closes no deal by a word that two values share. #}
with

values_in_use as (select * from {{ ref('preflight_values_in_use') }}),

names as (select * from {{ ref('preflight_target_names') }}),

matched as (
    select
        values_in_use.map,
        values_in_use.key_object,
        values_in_use.key_field,
        values_in_use.source_value,
        arg_min(
            names.name, (names.name <> values_in_use.source_value, names.position, names.name)
        ) as name
    from values_in_use
    inner join names
        on
            values_in_use.map = names.map
            and values_in_use.key_object = names.key_object
            and values_in_use.key_field = names.key_field
            and lower(trim(values_in_use.source_value)) = lower(trim(names.name))
    group by all
)

select * from matched

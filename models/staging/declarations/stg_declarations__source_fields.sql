{# Where the practice's standard columns go: into the fields that are declared to come from them; of
   what is sent in no field of its own the seed says what becomes of it. #}
with

declared as (
    select
        unnest(source_fields) as source,
        source_object,
        coalesce(label, split_part(name, '.', 2)) as label
    from {{ ref('stg_declarations__fields') }}
    where len(source_fields) > 0
),

entities as (select * from {{ ref('source_kinds') }}),

besides as (select * from {{ ref('standard_fields') }}),

sent as (
    select
        split_part(declared.source, '.', 1) as source_object,
        split_part(declared.source, '.', 2) as source_field,
        min(lower(entities.entity_type)) || ': '
        || string_agg(distinct declared.label, '; ' order by declared.label) as goes_to
    from declared
    inner join entities on declared.source_object = entities.source_object
    group by declared.source
),

placed as (
    select
        source_object,
        source_field,
        goes_to
    from sent
    union all
    select
        besides.source_object,
        besides.source_field,
        besides.goes_to
    from besides
    anti join sent
        on
            besides.source_object = sent.source_object
            and besides.source_field = sent.source_field
)

select * from placed

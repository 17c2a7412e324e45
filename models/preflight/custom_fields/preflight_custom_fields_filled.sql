{# What the source says of the values that each custom field is to hold. #}
with

mapped as (select * from {{ ref('int_fields_mapped') }}),

fields_audited as (select * from {{ ref('preflight_fields') }}),

filled_by as (
    select
        -- ids
        mapped.entity,
        mapped.name,

        -- numbers
        max(fields_audited.longest) as longest,
        try_cast(sum(fields_audited.filled) as bigint) as filled,
        -- two fields that fill one may promise different lengths: it must take the longer
        if(
            bool_and(fields_audited.max_length is not null), max(fields_audited.max_length), null
        ) as max_length,
        -- a default fills what was left empty
        try_cast(coalesce(
            sum(fields_audited.records - fields_audited.filled) filter (
                where fields_audited.is_required and mapped.default_json is null
            ),
            0
        ) as bigint) as empty_but_required,

        -- flags
        bool_or(
            mapped.default_value is not null and mapped.default_json is null
        ) as has_unusable_default
    from mapped
    left join fields_audited
        on
            mapped.source_object = fields_audited.object
            and mapped.source_field = fields_audited.field
    group by all
)

select * from filled_by

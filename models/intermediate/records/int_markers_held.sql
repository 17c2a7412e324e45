{# Which records that Nutshell holds are ours: by the custom field, or an activity's last line. #}
{% set tables = [('account', 'accounts'), ('contact', 'contacts'), ('lead', 'leads')] %}

with

{% for _, table in tables -%}
    {{ table }} as (select * from {{ ref('stg_nutshell__' ~ table) }}),

{% endfor -%}

activities as (select * from {{ ref('stg_nutshell__activities') }}),

marked as (
    {%- for kind, table in tables %}
        select
            '{{ kind }}' as kind,
            nutshell_id,
            custom_fields ->> 'Visual Practice ID' as marker,
            created_at,
            modified_at
        from {{ table }}
        where not is_gone
        union all
    {%- endfor %}
    select
        'activity' as kind,
        nutshell_id,
        -- quoted anywhere else it is a text
        regexp_extract(
            rtrim(description, e' \t\r\n'), '(?:^|\n)Visual Practice (activities:[^\n]+)$', 1
        ) as marker,
        created_at,
        modified_at
    from activities
    where not is_gone
),

-- what a person types into the field is no marker: it says a key to the letter, or none
keyed as (
    select
        *,
        {{ record_of_marker('marker') }} as record_key
    from marked
),

held as (
    select
        -- ids
        kind,
        nutshell_id,
        record_key,
        split_part(record_key, ':', 1) as source_object,

        -- times
        created_at,
        modified_at
    from keyed
    where record_key is not null
)

select * from held

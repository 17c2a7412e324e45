{# What Nutshell holds now, as cells in the same words as what it shall show. #}
{% set tables = ['accounts', 'contacts', 'leads', 'activities'] %}
with

{% for table in tables -%}
    {{ table }} as (select * from {{ ref('stg_nutshell__' ~ table) }}),

{% endfor -%}

keys as (select * from {{ ref('record_keys') }}),

links as (
    select
        kind,
        nutshell_id,
        map_from_entries(list(struct_pack(field := field, text := text))) as texts
    from {{ ref('records_links') }}
    group by kind, nutshell_id
),

held as (
    {%- for table in tables %}
        {%- set kind = table[:-1] if table != 'activities' else 'activity' %}
        select
            keys.record_key,
            keys.kind,
            {{ table }}.nutshell_id,
            {{ table }}.is_gone,
            {{ table }}.modified_at,
            {{ table }}.record,
            try_cast({{ table }}.record as json) as shown,
            links.texts
        from {{ table }}
        inner join keys on keys.kind = '{{ kind }}' and {{ table }}.nutshell_id = keys.nutshell_id
        left join links on links.kind = '{{ kind }}' and {{ table }}.nutshell_id = links.nutshell_id
        {{ "union all" if not loop.last }}
    {%- endfor %}
),

told as (
    {{ cells_by_kind(
        'held', 'shown', 'seen', 'texts',
        ['record_key', 'kind', 'nutshell_id', 'is_gone', 'modified_at', 'record']
    ) }}
),

-- one number stands for a record's cells: joining numbers costs a fraction of joining cells
numbered as (
    select
        *,
        hash(cells) as cells_hash
    from told
)

select * from numbered

{# What Nutshell holds now, as cells in the same words as the plan's. #}
with links as (

    select
        kind,
        nutshell_id,
        map_from_entries(list(struct_pack(field := field, text := text))) as texts
    from {{ ref('plan_links_now') }}
    group by kind, nutshell_id

),

cells as (

    {% for kind, table in [
        ('account', 'accounts'), ('contact', 'contacts'), ('lead', 'leads'), ('activity', 'activities'),
    ] %}
        select
            keys.record_key,
            keys.kind,
            now.nutshell_id,
            now.is_gone,
            now.modified_at,
            now.record,
            {{ now_cells(kind, 'now', 'links.texts') }} as cells
        from {{ ref('stg_nutshell__' ~ table) }} as now
        inner join {{ ref('plan_keys') }} as keys
            on keys.kind = '{{ kind }}' and now.nutshell_id = keys.nutshell_id
        left join links on links.kind = '{{ kind }}' and now.nutshell_id = links.nutshell_id
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}

),

-- one number stands for a record's cells: joining numbers costs a fraction of joining cells
numbered as (

    select
        *,
        hash(cells) as cells_hash
    from cells

)

select * from numbered

{# The cells of records whose payload stands in `desired`: kind by kind, for each has fields of its own. #}
{% macro cells_by_kind(relation) -%}
    {% for kind in ['account', 'contact', 'lead', 'activity'] %}
        select
            record_key,
            kind,
            {{ payload_cells(kind, 'desired') }} as cells
        from {{ relation }}
        where kind = '{{ kind }}'
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}
{%- endmacro %}

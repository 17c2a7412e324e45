{# The cells of the records of a relation, kind by kind, for each has fields of its own: `record` is the column of JSON
   from which they are told. #}
{% macro cells_by_kind(relation, record, side, links='map {}', columns=['record_key', 'kind']) -%}
    {% for kind in ['account', 'contact', 'lead', 'activity'] %}
        select
            {{ columns | join(', ') }},
            {{ record_cells(kind, record, side, links) }} as cells
        from {{ relation }}
        where kind = '{{ kind }}'
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}
{%- endmacro %}

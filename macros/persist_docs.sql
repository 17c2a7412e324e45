{# Descriptions where DuckDB's clients show them. dbt's own way asks the catalog twice and comments
   in two statements for each model; one of each is enough. #}
{% macro duckdb__persist_docs(relation, model, for_relation, for_columns) -%}
    {%- if config.persist_relation_docs() and model.description -%}
        {%- do run_query(comments_of(relation, model)) -%}
    {%- endif -%}
{%- endmacro %}

{# The statements that put a model's descriptions on a relation: also on a copy in another file. #}
{% macro comments_of(relation, model, kind=none) -%}
    {%- set there = run_query('select name from pragma_table_info(\'' ~ relation ~ '\')').columns[0].values() -%}
    comment on {{ kind or ('view' if model.config.materialized == 'view' else 'table') }} {{ relation }}
    is {{ duckdb_escape_comment(model.description | trim) }};
    {%- for name, column in model.columns.items() if name in there and column.description %}
    comment on column {{ relation }}.{{ adapter.quote(name) }} is {{ duckdb_escape_comment(column.description | trim) }};
    {%- endfor -%}
{%- endmacro %}

{#
    The fields that a model of models/nutshell sends, as its yml declares them: whatever lists fields anywhere asks here.
    dbt knows the declarations at execution only; before, there are none. In a unit test it does not know them at all:
    there they are read from the table that was made of them.
#}
{% macro sent_columns(model) -%}
    {%- set found = [] -%}
    {%- if not execute -%}
        {%- do ref('stg_declarations__fields') -%}
    {%- elif graph.nodes -%}
        {%- for column in declared_columns(model) if column.meta.step -%}
            {%- do found.append(dict(column.meta, name=column.name, data_type=column.data_type)) -%}
        {%- endfor -%}
    {%- else -%}
        {%- set rows = run_query(
            "select name, data_type, meta from staging.stg_declarations__fields where model = '" ~ model
            ~ "' order by position"
        ) -%}
        {%- for row in rows -%}
            {%- do found.append(dict(fromjson(row[2]), name=row[0], data_type=row[1])) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(found) }}
{%- endmacro %}

{% macro declared_columns(model) -%}
    {%- set found = [] -%}
    {%- for node in graph.nodes.values() if node.resource_type == 'model' and node.name == model -%}
        {%- do found.extend(node.columns.values()) -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}

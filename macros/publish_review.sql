{# After a whole, successful build, and only then: the reviewers' tables go into a file of
   their own, which takes the old one's place by one rename. Whoever has the old one open keeps
   reading it.
   What the exposure review_views names is a view in main; the tables behind it, and inner steps, are in internal.
   The file is called review, so its own name stands for the schema: a schema of that name besides
   would make `from review.review_summary` ambiguous. #}
{% macro publish_review(results) -%}
    {%- if execute and flags.WHICH == 'build' and target.name == 'local' and build_is_whole(results) -%}
        {%- set data_dir = env_var('DATA_DIR', 'data') -%}
        {%- set new_file = data_dir ~ '/.review.' ~ invocation_id ~ '.duckdb' -%}
        {%- do run_query("attach '" ~ new_file ~ "' as published") -%}
        {%- set public = graph.exposures.values() | selectattr('name', 'equalto', 'review_views') | first -%}
        {%- for schema, place in [('review', 'internal'), ('preflight', 'preflight')] -%}
            {%- do run_query('create schema published.' ~ place) -%}
            {%- for node in graph.nodes.values() if node.resource_type == 'model' and node.schema == schema
                and node.config.materialized == 'table' -%}
                {%- do run_query(
                    'create table published.' ~ place ~ '.' ~ node.name ~ ' as from ' ~ schema ~ '.' ~ node.name
                ) -%}
                {%- do run_query(comments_of('published.' ~ place ~ '.' ~ node.name, node)) -%}
            {%- endfor -%}
        {%- endfor -%}
        {%- for seed in ['reasons', 'diff_classes'] -%}
            {%- do run_query('create table published.internal.' ~ seed ~ ' as from ' ~ graph.nodes.values()
                | selectattr('resource_type', 'equalto', 'seed') | selectattr('name', 'equalto', seed)
                | map(attribute='relation_name') | first) -%}
        {%- endfor -%}
        {#- views find their tables by names without a catalog: the file may be opened under any -#}
        {%- do run_query('use published') -%}
        {%- for id in public.depends_on.nodes -%}
            {%- set node = graph.nodes[id] -%}
            {%- do run_query('create view main.' ~ node.name ~ ' as ' ~ review_view_sql(node.name)) -%}
            {%- do run_query(comments_of(node.name, node, 'view')) -%}
        {%- endfor -%}
        {%- do run_query('create view main.review_explanations as ' ~ review_explanations_sql(
            'internal.review_buckets', 'internal.review_cells', 'internal.review_lineage',
            'preflight.preflight_value_maps', 'internal.review_field_diff', 'internal.review_conflicts',
            'internal.review_writes'
        )) -%}
        {%- do run_query("comment on view main.review_explanations is 'One row per record, field (null: the whole"
            ~ " record) and step that made it what it is, in the order of step.'") -%}
        {%- do run_query('use ' ~ target.database) -%}
        {%- do run_query('detach published') -%}
        {%- do run_query("select publish_file('" ~ new_file ~ "', '" ~ data_dir ~ "/review.duckdb')") -%}
        {%- do log('Published ' ~ data_dir ~ '/review.duckdb', info=true) -%}
    {%- endif -%}
{%- endmacro %}

{% macro build_is_whole(results) -%}
    {%- set good = results | selectattr('status', 'in', ['success', 'pass', 'warn']) | map(attribute='node.unique_id') | list -%}
    {%- set models = graph.nodes.values() | selectattr('resource_type', 'equalto', 'model')
        | rejectattr('config.materialized', 'equalto', 'ephemeral')
        | map(attribute='unique_id') | list -%}
    {%- set bad = results | rejectattr('status', 'in', ['success', 'pass', 'warn', 'no-op']) | list -%}
    {{ return(bad | length == 0 and (models | reject('in', good) | list | length) == 0) }}
{%- endmacro %}

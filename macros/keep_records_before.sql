{# What the build before wanted, kept for records_changed: copied before the first model is replaced.
   The first build has nothing before it, and then every record is new. After a build that broke off
   half way what was kept stays: it is older, and whole. #}
{% macro keep_records_before() %}
    {%- if execute and flags.WHICH in ('build', 'run') -%}
        {%- set records = graph.nodes.values() | selectattr('name', 'equalto', 'records') | first -%}
        {%- set whole = namespace(is_there=true) -%}
        {%- for needed in [records.unique_id] + records.depends_on.nodes -%}
            {%- set node = graph.nodes[needed] -%}
            {%- if not adapter.get_relation(target.database, node.schema, node.name) -%}
                {%- set whole.is_there = false -%}
            {%- endif -%}
        {%- endfor -%}
        {%- if whole.is_there -%}
            {%- do run_query(
                'create or replace table plan.records_before as'
                ~ ' select record_key, kind, desired, desired_hash from records.records'
            ) -%}
        {%- else -%}
            {%- do run_query('create schema if not exists plan') -%}
            {%- do run_query(
                'create table if not exists plan.records_before'
                ~ ' (record_key varchar, kind varchar, desired varchar, desired_hash varchar)'
            ) -%}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}

{# Rows of a landed table, newest version of each id since its newest full run: a full run
   replaces what came before it; deltas and read-backs after it replace single records. Run
   names sort by time. #}
{% macro newest_version(source_name, table_name, key='id') -%}
    select landed.*
    from {{ source(source_name, table_name) }} as landed
    where
        landed._run_id >= (
            select coalesce(max(runs.run_id), '')
            from {{ source(source_name, 'runs') }} as runs
            where runs.object = '{{ table_name }}' and runs.kind = 'full'
        )
    qualify
        row_number() over (
            partition by landed.{{ key }}
            order by landed._run_id desc, landed._extracted_at desc
        ) = 1
{%- endmacro %}

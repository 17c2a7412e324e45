{#
    The newest version of each record of one raw table of Nutshell since its newest full run: a full
    run replaces what came before it; deltas and read-backs after it replace single records. Run
    names sort by time.
#}
{% macro newest_nutshell_records(table, key='id') -%}
    select landed.*
    from {{ source('nutshell', table) }} as landed
    where
        landed._run_id >= (
            select coalesce(max(runs.run_id), '')
            from {{ source('nutshell', 'runs') }} as runs
            where runs.object = '{{ table }}' and runs.kind = 'full'
        )
    qualify
        row_number() over (
            partition by landed.{{ key }}
            order by landed._run_id desc, landed._extracted_at desc
        ) = 1
{%- endmacro %}

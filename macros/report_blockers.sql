{# What stands in the way, a line a cause, after every build of it: how many, and the mend of the
   first. Lines to append to CSVs come again, all of them, as the last words of the build. #}
{% macro report_blockers(results) -%}
    {%- if execute and results | selectattr('node.name', 'equalto', 'preflight_blockers') | list -%}
        {%- set blockers = adapter.get_relation(target.database, 'preflight', 'preflight_blockers') -%}
        {%- if blockers -%}
            {%- set summary -%}
                select
                    cause,
                    if(is_accepted, 'accepted', scope) as standing,
                    count(*) as blockers,
                    count(distinct mend) - 1 as more,
                    min(mend) || if(more > 0, ' (and ' || more || ' more)', '') as mend,
                from {{ blockers }}
                group by cause, scope, is_accepted
                order by is_accepted, scope, blockers desc, cause
            {%- endset -%}
            {%- do log('Before anything moves (preflight.preflight_blockers):', info=true) -%}
            {%- for row in run_query(summary).rows -%}
                {%- do log(
                    '  %-8s %6d  %s: %s'
                    | format(row['standing'], row['blockers'], row['cause'], row['mend']),
                    info=true
                ) -%}
            {%- else -%}
                {%- do log('  (none)', info=true) -%}
            {%- endfor -%}
            {%- do run_query(lines_to_append(blockers)) -%}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}

{# The rows that CSVs lack, one line each with its file. A test could only say how many they are. #}
{% macro lines_to_append(blockers, most=60) -%}
    with lines as (
        select distinct substr(mend, 1 + length('append to ')) as line
        from {{ blockers }}
        where starts_with(mend, 'append to ') and not is_accepted
    ),
    numbered as (
        select
            line,
            count(*) over () as lines,
            row_number() over (order by line) as place,
        from lines
    )
    select say_last(
        'Rows missing in CSVs: ' || lines || '. Append each, look at it and sign it, then build:' || chr(10)
        || string_agg('  ' || line, chr(10) order by place)
        || if(lines > {{ most }}, chr(10) || '  … and ' || (lines - {{ most }})
            || ' more: select mend from preflight.preflight_blockers', '')
    )
    from numbered
    where place <= {{ most }}
    group by lines
{%- endmacro %}

{# What stands in the way, in a few lines after every build of it: class, count, the mend of each that is a line to
   add to a CSV, and of the others the first. #}
{% macro report_blockers(results, lines=12) -%}
    {%- if execute and results | selectattr('node.name', 'equalto', 'preflight_blockers') | list -%}
        {%- set blockers = adapter.get_relation(target.database, 'preflight', 'preflight_blockers') -%}
        {%- if blockers -%}
            {%- set summary -%}
                select
                    blocker_class,
                    scope,
                    is_accepted,
                    count(*) as blockers,
                    list_sort(list_distinct(list(mend))) as mends,
                    if(bool_and(starts_with(mend, 'append to ')), mends, mends[:1]) as told,
                    array_to_string(told[:{{ lines }}], chr(10)) as shown,
                    greatest(0, len(told) - {{ lines }}) as more,
                from {{ blockers }}
                group by all
                order by is_accepted, scope, blockers desc, blocker_class
            {%- endset -%}
            {%- do log('Before anything moves (preflight.preflight_blockers):', info=true) -%}
            {%- for row in run_query(summary).rows -%}
                {%- set standing = 'accepted' if row['is_accepted'] else row['scope'] -%}
                {%- set mends = row['shown'].split('\n') -%}
                {%- do log(
                    '  %-8s %6d  %s: %s' | format(standing, row['blockers'], row['blocker_class'], mends[0]),
                    info=true
                ) -%}
                {%- for mend in mends[1:] -%}
                    {%- do log(' ' * 19 ~ mend, info=true) -%}
                {%- endfor -%}
                {%- if row['more'] -%}
                    {%- do log(' ' * 19 ~ '… and ' ~ row['more'] ~ ' more lines in column mend', info=true) -%}
                {%- endif -%}
            {%- else -%}
                {%- do log('  (none)', info=true) -%}
            {%- endfor -%}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}

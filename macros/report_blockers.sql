{# What stands in the way, in a few lines after every build of it: class, count, the mend of the first. #}
{% macro report_blockers(results) -%}
    {%- if execute and results | selectattr('node.name', 'equalto', 'preflight_blockers') | list -%}
        {%- set blockers = adapter.get_relation(target.database, 'preflight', 'preflight_blockers') -%}
        {%- if blockers -%}
            {%- set summary -%}
                select
                    blocker_class,
                    scope,
                    is_accepted,
                    count(*) as blockers,
                    min(mend) as mend,
                from {{ blockers }}
                group by all
                order by is_accepted, scope, blockers desc, blocker_class
            {%- endset -%}
            {%- do log('Before anything moves (preflight.preflight_blockers):', info=true) -%}
            {%- for row in run_query(summary).rows -%}
                {%- set standing = 'accepted' if row['is_accepted'] else row['scope'] -%}
                {%- do log(
                    '  %-8s %6d  %s: %s' | format(standing, row['blockers'], row['blocker_class'], row['mend']),
                    info=true
                ) -%}
            {%- else -%}
                {%- do log('  (none)', info=true) -%}
            {%- endfor -%}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}

{# The one rule by which a custom field that is wanted is one that Nutshell has: the exact name, the
   type or one that fits, one value or several, and every choice. `wanted` and `live` have entity, name,
   nutshell_type, choices and is_multiple; `wanted` has fitting_types, too. preflight asks it of what was landed, the loader of the live account. #}
{% macro definitions_compared(wanted, live) -%}
with paired as (

    select
        wanted.*,
        live.name as live_name,
        live.nutshell_type as live_type,
        live.name <> wanted.name as is_of_other_name,
        -- one that was there before may hold the values as well: text takes a number
        coalesce(
            not list_contains(
                list_transform(wanted.fitting_types, lambda fitting: lower(fitting)),
                lower(live.nutshell_type)
            ) and lower(live.nutshell_type) <> lower(wanted.nutshell_type),
            false
        ) as is_of_other_type,
        coalesce(live.is_multiple <> wanted.is_multiple, false) as is_of_other_number,
        list_filter(
            wanted.choices, lambda choice: not list_contains(coalesce(live.choices, []), choice)
        ) as choices_missing
    from {{ wanted }} as wanted
    -- one that differs in case alone is in the way: the account would have two that look alike,
    -- and values are kept under the exact name
    left join {{ live }} as live
        on wanted.entity = live.entity and lower(trim(wanted.name)) = lower(trim(live.name))
    qualify row_number() over (
        partition by wanted.entity, wanted.name
        order by live.name = wanted.name desc nulls last, live.name
    ) = 1

)

select
    *,
    live_name is not null as is_there,
    case
        when live_name is null then 'missing'
        when is_of_other_name or is_of_other_type or is_of_other_number then 'collision'
        when len(choices_missing) > 0 then 'missing'
        else 'present'
    end as state,
    nullif(concat_ws(
        '; ',
        if(is_of_other_name, 'there already as “' || live_name || '”', null),
        if(is_of_other_type, 'there already as ' || live_type, null),
        if(
            is_of_other_number,
            'there already, taking ' || if(is_multiple, 'one value, not several', 'several values'),
            null
        ),
        if(
            live_name is not null and len(choices_missing) > 0,
            len(choices_missing) || ' of its choices missing',
            null
        )
    ), '') as difference
from paired
{%- endmacro %}

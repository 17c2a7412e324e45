{# The tag of a record that the migration makes (policies/settings: import_tag), as a list; none of one
   that was in Nutshell before. Whoever wants to see, or to undo by hand, what was moved filters by it. #}
{% macro import_tag(is_ours='true') -%}
    if(
        {{ is_ours }},
        (
            select list(settings.value) from {{ ref('settings') }} as settings
            where settings.name = 'import_tag' and settings.value <> 'none'
        ),
        []
    )
{%- endmacro %}

{# Whether a record is one that we made, or shall make: it was not there before us. #}
{% macro is_made_by_us() -%}
    coalesce(standing.state = 'created', resolved.nutshell_id is null)
{%- endmacro %}

{# What the reviewers' views say of a table: values as people see them, ids and raw JSON in columns of their own.
   A public table without a line here is shown as it is. #}
{% macro review_view_sql(name) -%}
    {%- set worded = {
        'review_field_diff': ['mapped_value', 'nutshell_value'],
        'review_record': ['mapped_value', 'nutshell_value'],
        'review_conflicts': ['ours', 'now', 'wanted'],
    } -%}
    {%- set from -%}
        {%- if name == 'review_record' -%}
            ({{ review_record_sql(
                'internal.review_cells', 'internal.review_sources', 'internal.review_lineage',
                'internal.review_field_diff'
            ) }})
        {%- else -%}
            internal.{{ name }}
        {%- endif -%}
    {%- endset -%}
    {%- if name in worded -%}
        select
            told.* replace (
                {% if name != 'review_conflicts' -%}
                    {{ worded_source('told.source_value') }} as source_value,
                {% endif -%}
                {% for column in worded[name] -%}
                    {{ worded_value('told.kind', 'told.field', 'told.' ~ column) }} as {{ column }}
                    {{- ',' if not loop.last }}
                {% endfor -%}
            ),
            {% if name != 'review_conflicts' -%}
                told.source_value as source_raw,
            {% endif -%}
            {% for column in worded[name] -%}
                told.{{ column }} as {{ column.removesuffix('_value') }}_raw
                {{- ',' if not loop.last }}
            {% endfor -%}
        from {{ from }} as told
    {%- elif name == 'review_buckets' -%}
        select
            buckets.*,
            cards.name,
            cards.owner,
            cards.amount,
            cards.currency,
            reasons.description,
            reasons.mend
        from {{ from }} as buckets
        left join internal.review_cards as cards on buckets.record_key = cards.record_key
        left join internal.reasons as reasons on buckets.reason = reasons.reason
    {%- else -%}
        select * from {{ from }}
    {%- endif -%}
{%- endmacro %}

{# A cell with names in place of ids: `Users:3; people:per_1 (Owner)`, or the bare number of a stage or an outcome. #}
{% macro worded_value(kind, field, value) -%}
    case
        when {{ field }} in ('milestoneId', 'stagesetId', 'activityTypeId') or ({{ kind }} = 'lead' and {{ field }} = 'status')
            then coalesce(
                (
                    select names.name from internal.review_names as names
                    where names.reference
                        = if({{ field }} = 'status', 'lead.status', {{ field }}) || ':' || {{ value }}
                ),
                {{ value }}
            )
        when {{ field }} in (
            'owner', 'assignee', 'accounts', 'primaryAccount', 'contacts', 'sources', 'participants', 'leads'
        )
            then (
                select string_agg(
                    coalesce(names.name || substr(item.text, length(item.reference) + 1), item.text), '; ' order by item.text
                )
                from (
                    select
                        text,
                        split_part(text, ' (', 1) as reference
                    from (select unnest(string_split({{ value }}, '; ')) as text)
                ) as item
                left join internal.review_names as names on item.reference = names.reference
            )
        else {{ value }}
    end
{%- endmacro %}

{# The practice's phones and addresses are lists of {label, value}: the values alone, as people write them. #}
{% macro worded_source(value) -%}
    case
        when starts_with({{ value }}, '[{') and json_valid({{ value }})
            then coalesce(
                nullif(array_to_string(list_filter(
                    json_extract_string({{ value }}, '$[*].value'), lambda item: item is not null
                ), '; '), ''),
                {{ value }}
            )
        when starts_with({{ value }}, '["') and json_valid({{ value }})
            then coalesce(array_to_string(try_cast({{ value }} as varchar[]), '; '), {{ value }})
        else {{ value }}
    end
{%- endmacro %}

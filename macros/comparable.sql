{# What of a text counts when two are compared, by the rule that the field is declared with. Lists
   stand as texts joined by "; ": what counts of each item is told before they are put in order.
   The loader compares by the same rules (load/apply/comparison.py; tests/load/apply/test_comparison.py
   runs pairs through both). #}
{% macro comparable(text, rule) -%}
    case {{ rule }}
        -- a number's country code is told or not, as its writer likes: 1 before ten digits is dropped
        when 'digits' then {{ comparable_items(
            text,
            "regexp_replace(regexp_replace(item, '[^0-9]', '', 'g'), '^1([0-9]{10})', '\\1')"
        ) }}
        when 'folded' then {{ comparable_items(text, 'lower(' ~ one_line('item') ~ ')') }}
        -- Nutshell puts http:// before a link that has no scheme
        when 'link' then {{ comparable_items(
            text, "regexp_replace(lower(" ~ one_line('item') ~ "), '^http://', '')"
        ) }}
        -- an amount may have its currency behind it; what is no number is a text
        when 'number' then coalesce(
            case
                when
                    regexp_full_match(
                        {{ one_line(text) }},
                        '[+-]?([0-9]{1,28}([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]{1,2})?( [A-Z]{3})?'
                    )
                    then cast({{ exact_decimal("split_part(" ~ one_line(text) ~ ", ' ', 1)", 38, 9) }} as varchar)
                        || ' ' || split_part({{ one_line(text) }}, ' ', 2)
            end,
            {{ one_line(text) }}
        )
        -- the time of day is Nutshell's
        when 'date' then coalesce(
            nullif(regexp_extract({{ one_line(text) }}, '^([0-9]{4}-[0-9]{2}-[0-9]{2})([T ].*)?$', 1), ''),
            {{ one_line(text) }}
        )
        else {{ one_line(text) }}
    end
{%- endmacro %}

{% macro comparable_items(text, what_counts) -%}
    array_to_string(
        list_sort(list_transform(string_split({{ text }}, '; '), lambda item: {{ what_counts }})), '; '
    )
{%- endmacro %}

{% macro one_line(text) -%}
    trim(regexp_replace({{ text }}, '[\t\n\f\r ]+', ' ', 'g'))
{%- endmacro %}

{# What of a text counts when two are compared, by the rule that
   seeds/reference/compared_fields.csv names. #}
{% macro comparable(text, rule) -%}
    case {{ rule }}
        -- a number's country code is told or not, as its writer likes: 1 before ten digits is dropped
        when 'digits' then array_to_string(list_sort(list_transform(
            string_split({{ text }}, '; '),
            lambda number: regexp_replace(
                regexp_replace(number, '[^0-9]', '', 'g'), '^1([0-9]{10})', '\1'
            )
        )), '; ')
        when 'folded' then lower(trim(regexp_replace({{ text }}, '\s+', ' ', 'g')))
        when 'number' then coalesce(
            cast({{ exact_decimal("split_part(" ~ text ~ ", ' ', 1)", 38, 6) }} as varchar)
            || ' ' || split_part({{ text }}, ' ', 2),
            {{ text }}
        )
        -- reading a number is slow, so only what could be one is tried
        else coalesce(
            case
                when regexp_full_match({{ text }}, '[0-9.eE+\s_-]+')
                    then cast({{ exact_decimal(text, 38, 9) }} as varchar)
            end,
            trim(regexp_replace({{ text }}, '\s+', ' ', 'g'))
        )
    end
{%- endmacro %}

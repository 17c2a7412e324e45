{# A standard field's value as the policy of int_fields_permitted lets it pass: whole, masked or not at all. #}
{% macro permitted(value, object, field, mask="'***'") -%}
    case coalesce(
        (
            select max(permitted.policy)
            from {{ ref('int_fields_permitted') }} as permitted
            where permitted.object = '{{ object }}' and permitted.field = '{{ field }}'
        ),
        'migrate'
    )
        when 'migrate' then {{ value }}
        when 'mask' then {{ mask }}
    end
{%- endmacro %}

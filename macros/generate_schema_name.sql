{# A folder's schema is its own name, without the target's in front: reviewers type review.review_summary. #}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ custom_schema_name | trim if custom_schema_name else target.schema }}
{%- endmacro %}

{# Where hosted files are read: the environment's ATTACHMENT_HOST_URL as an SQL text, '' when it is not set. #}
{% macro attachment_host_url() -%}
    '{{ env_var("ATTACHMENT_HOST_URL", "") | replace("'", "''") }}'
{%- endmacro %}

{#
    A file's name reduced to letters and digits of any script, . _ -, its ending kept: safe in a path and a shell, and
    percent-encoded in a URL. A name takes at most 100 characters and 200 bytes; one without a letter is `file`.
#}
{% macro safe_file_name(column) -%}
    {%- set name = "nfc_normalize(coalesce(" ~ column ~ ", ''))" -%}
    {%- set ending = "regexp_extract(" ~ name ~ ", '\\.[A-Za-z0-9]{1,10}$')" -%}
    {%- set safe = "regexp_replace(regexp_replace(regexp_replace(regexp_replace(" ~ name
        ~ ", '\\.[A-Za-z0-9]{1,10}$', ''), '[^\\p{L}\\p{M}\\p{N}._-]+', '_', 'g'), '\\.{2,}', '.', 'g'), "
        ~ "'^[._-]+|[._-]+$', '', 'g')" -%}
    {%- set stem = "coalesce(nullif(" ~ safe ~ ", ''), 'file')" -%}
    left({{ stem }}, if(strlen({{ stem }}) > greatest(length({{ stem }}), 180), 40, 88)) || {{ ending }}
{%- endmacro %}

{#
    A text without what nobody sees in it: blanks of no width, marks of direction, soft hyphens; blanks of other
    widths are blanks. For addresses and numbers: in names some of these join letters.
#}
{% macro visible(column) -%}
    {%- set blanks = [
        160, 5760, 8192, 8193, 8194, 8195, 8196, 8197, 8198, 8199, 8200, 8201, 8202, 8239, 8287, 12288
    ] -%}
    {%- set nothing = [
        173, 8203, 8204, 8205, 8206, 8207, 8234, 8235, 8236, 8237, 8238, 8288, 8294, 8295, 8296, 8297, 65279
    ] -%}
    if(
        regexp_matches({{ column }}, '[^\x00-\x7F]'),
        translate(
            {{ column }},
            {% for code in blanks + nothing %}chr({{ code }}){{ " || " if not loop.last }}{% endfor %},
            repeat(' ', {{ blanks | length }})
        ),
        {{ column }}
    )
{%- endmacro %}

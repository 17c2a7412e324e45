{# A text with the digits of other scripts as 0 to 9: Arabic, Persian, Devanagari, Bengali, Thai, full width. #}
{% macro western_digits(column) -%}
    if(
        regexp_matches({{ column }}, '[^\x00-\x7F]'),
        translate(
            {{ column }},
            '٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹०१२३४५६७८९০১২৩৪৫৬৭৮৯๐๑๒๓๔๕๖๗๘๙０１２３４５６７８９＋',
            '012345678901234567890123456789012345678901234567890123456789+'
        ),
        {{ column }}
    )
{%- endmacro %}

{#
    A text that says a day, and perhaps a time and a zone, in its parts: `day`, `time`, `zone`, each '' where it is
    not there; all of them are '' where the text is no such thing. A weekday in front says nothing, nor do
    [Europe/Berlin] or (Central Standard Time) behind a zone.
#}
{% macro time_parts(column) -%}
    {%- set month = "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
        ~ "|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)" -%}
    {%- set year = "(?:[0-9]{4}|''?[0-9]{2})" -%}
    {%- set nth = "[0-9]{1,2}(?:st|nd|rd|th)?" -%}
    regexp_extract(
        -- a spreadsheet's blanks are of many kinds
        trim(translate({{ column }}, chr(160) || chr(8239) || chr(8201) || chr(9), '    ')),
        '^(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+)?('
        || '[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}'
        || '|[0-9]{1,2}[-/.][0-9]{1,2}[-/.]{{ year }}'
        || '|{{ nth }}[-\s/.]*{{ month }}\.?,?[-\s/]*{{ year }}'
        || '|{{ month }}\.?[-\s/]*{{ nth }},?[-\s/]+{{ year }}'
        || '|[0-9]{4}[-\s/]{{ month }}[-\s/][0-9]{1,2}'
        || '|[0-9]{8}'
        || ')(?:z|[+-][0-9]{2}:[0-9]{2})?(?:(?:T|,?\s+(?:at\s+)?)('
        || '[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,12})?)?(?:\s*[ap]\.?m\b\.?)?'
        || '|[0-9]{1,2}\s*[ap]\.?m\b\.?|[0-9]{4}|[0-9]{6}'
        || ')(?:\s*((?:utc|gmt)?\s*[+-][0-9]{2}(?::?[0-9]{2})?|z|[a-z]{2,5}|[a-z]+(?:/[a-z_]+)+))?'
        || '(?:\[[^\]]*\]|\s*\([^)]*\))?)?$',
        ['day', 'time', 'zone'],
        'i'
    )
{%- endmacro %}

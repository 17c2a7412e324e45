{# A text of the practice's as a seed can hold it: without NUL, which Nutshell refuses too, and without
   a lone carriage return, at which DuckDB reads no CSV. In JSON they stand as \u0000 and \r, unless
   the backslash is itself escaped. Most texts need no more than a look. #}
{% macro as_seeds_hold(text) -%}
    regexp_replace(replace({{ text }}, chr(0), ''), '\r+([^\n]|$)', chr(10) || '\1', 'g')
{%- endmacro %}

{% macro json_as_seeds_hold(json_text) -%}
    case
        when contains(replace({{ json_text }}, '\r\n', ''), '\r')
            then {{ _lone_returns(_lone_returns(_nuls(_nuls(json_text)))) }}
        when contains({{ json_text }}, '\u0000') then {{ _nuls(_nuls(json_text)) }}
        else {{ json_text }}
    end
{%- endmacro %}

{# Each is applied twice, since what follows one may stand before the next. #}
{% macro _nuls(json_text) -%}
    regexp_replace({{ json_text }}, '((?:^|[^\\])(?:\\\\)*)(?:\\u0000)+', '\1', 'g')
{%- endmacro %}

{% macro _lone_returns(json_text) -%}
    regexp_replace({{ json_text }}, '([^\\](?:\\\\)*)(?:\\r)+([^\\]|\\[^n])', '\1\\n\2', 'g')
{%- endmacro %}

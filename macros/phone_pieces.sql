{#
    What was typed in one place for a number, as a list of (text, is_several): two numbers in one cell are two where
    each could be called; where only the first could, nobody can say what was meant. Extensions are written ` x12`;
    `entry` is the JSON that may hold one under a key of its own.
#}
{% macro phone_pieces(text, entry) -%}
    list_transform(
        [regexp_replace(
            -- a spreadsheet's 3088652512.0 is a number without its point
            regexp_replace(regexp_replace({{ text }}, '^([0-9]{6,15})\.0+$', '\1'), '^tel:', '', 'i')
            || coalesce({{ _extension_beside(entry ~ " ->> '$.extension'") }}, ''),
            '(^|[^a-z])[\s;,]*\(?(?:extension|extn|ext|ex|xtn|x|#)\s*[.:=]*\s*([0-9]{1,6})\)?(\s*$|\s*[;,|/&])',
            '\1 x\2\3', 'gi'
        )],
        lambda written: list_transform(
            [list_filter(
                regexp_split_to_array(written, '\s*(?:[;,|/&]|\bor\b|\band\b)\s*'),
                lambda piece: regexp_matches(piece, '[0-9]')
            )],
            lambda pieces: list_transform(
                if(len(pieces) > 1 and {{ _could_all_be_called('pieces') }}, pieces, [written]),
                lambda piece: struct_pack(
                    text := piece,
                    is_several := len(pieces) > 1 and piece = written and {{ _could_be_called('pieces[1]') }}
                )
            )
        )[1]
    )[1]
{%- endmacro %}

{# An extension of its own key; what is none (`1234567-12`) makes the whole one that nobody can dial, and named. #}
{% macro _extension_beside(extension) -%}
    case
        when regexp_matches(({{ extension }}), '^[^0-9]*[0-9]{1,6}[^0-9]*$')
            then ' x' || regexp_extract(({{ extension }}), '[0-9]+')
        when trim(({{ extension }})) <> '' then ' extension ' || ({{ extension }}) || ' ?'
    end
{%- endmacro %}

{% macro _could_be_called(piece) -%}
    (length(regexp_replace(regexp_replace({{ piece }}, ' x[0-9]+$', ''), '[^0-9]', '', 'g')) >= 7)
{%- endmacro %}

{% macro _could_all_be_called(pieces) -%}
    len(list_filter({{ pieces }}, lambda one: not {{ _could_be_called('one') }})) = 0
{%- endmacro %}

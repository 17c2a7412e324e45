{#
    One number, as (digits, extension, words, number, problem): what stands before it, and behind ten digits or in
    brackets, are words about it; letters anywhere else are part of it, and nobody can dial them.
#}
{% macro read_phone(text) -%}
    list_transform(
        [struct_pack(
            whole := {{ text }},
            extension := regexp_extract({{ text }}, ' x([0-9]{1,6})\s*$', 1),
            -- +44 (0)20: the 0 is for callers at home
            body := regexp_replace(
                regexp_replace({{ text }}, ' x[0-9]{1,6}\s*$', ''), '^(\D*\+[0-9 ]+)\(0\)', '\1'
            )
        )],
        lambda told: list_transform(
            [struct_pack(
                lead := regexp_extract(told.body, '^[^0-9+(]*\p{L}[^0-9+(]*'),
                tail := regexp_extract(told.body, '(?:\s*[-,(\[]\s*|\s+)\p{L}[^0-9]*$'),
                digits := regexp_replace(told.body, '[^0-9]', '', 'g')
            )],
            lambda parts: list_transform(
                [parts.tail <> '' and parts.digits <> '' and (
                    length(parts.digits) >= 10
                    or (length(parts.digits) >= 7 and regexp_matches(parts.tail, '^\s*[(\[]'))
                )],
                lambda has_words_behind: struct_pack(
                    digits := parts.digits,
                    extension := told.extension,
                    words := nullif(concat_ws(
                        ' ',
                        nullif(trim(parts.lead, ' :-.,/'), ''),
                        if(has_words_behind, nullif(trim(parts.tail, ' :-.,/()[]'), ''), null)
                    ), ''),
                    number := if(regexp_matches(told.body, '^[^0-9]*\+'), '+', '') || parts.digits
                    || if(told.extension = '', '', ' x' || told.extension),
                    problem := case
                        when regexp_matches(trim(told.whole), '^[0-9.,]+e[+-]?[0-9]+$', 'i') then 'exponent'
                        when parts.digits = '' or regexp_matches(
                            substr(
                                told.body, 1 + length(parts.lead),
                                length(told.body) - length(parts.lead)
                                - if(has_words_behind, length(parts.tail), 0)
                            ),
                            '\p{L}'
                        )
                            then 'letters'
                        when length(parts.digits) < 7 then 'too_short'
                        when length(parts.digits) > 15 then 'too_long'
                    end
                )
            )[1]
        )[1]
    )[1]
{%- endmacro %}

{#
    What was typed in one place for an e-mail, as a list: `Name <a@b.c>` and `mailto:a@b.c` hold an address,
    `a@b.c; d@e.f` two. Where not every @ is one of an address, or a word stands before one, the whole text is what was typed.
#}
{% macro email_addresses(column) -%}
    list_transform(
        -- a word processor's apostrophe is none that a server knows
        [replace({{ visible(column) }}, '’', '''')],
        lambda written: list_transform(
            [list_transform(
                regexp_extract_all(written, '[^\s,;|<>()"\[\]:@]+@[^\s,;|<>()"\[\]/?:@]+'),
                lambda address: regexp_replace(address, '^[./'']+|[.'']+$', '', 'g')
            )],
            lambda found: if(
                len(found) > 0 and len(found) = len(string_split(written, '@')) - 1
                -- a word before a blank may be the beginning of the address: `jane doe@b.c`
                and not regexp_matches(
                    written,
                    '(^|[\s,;|<>()":\[\]])[^\s,;|<>()":\[\]@]+\s+[^\s,;|<>()"\[\]:@]+@'
                ),
                found, [written]
            )
        )[1]
    )[1]
{%- endmacro %}

{# Whether a mail server would take an address, in lower case; letters of any script are fine (RFC 6531). #}
{% macro is_email_address(email_key) -%}
    coalesce(regexp_matches(
        {{ email_key }},
        '^[\p{L}\p{N}_][\p{L}\p{M}\p{N}_.%+''&/=?^~!#$*{}|`-]*@'
        || '([\p{L}\p{N}]([\p{L}\p{M}\p{N}-]*[\p{L}\p{M}\p{N}])?\.)+([\p{L}\p{M}]{2,}|xn--[a-z0-9-]+)$'
    ), false)
{%- endmacro %}

{# The words of an address that may say that there is none: no.email2+ann@… is noemail, …@noemail.com is noemail, and
   all of .invalid is made up. #}
{% macro email_words(email_key) -%}
    struct_pack(
        local_part := regexp_replace(
            split_part(split_part({{ email_key }}, '@', 1), '+', 1), '[0-9]+$|[^\p{L}0-9]', '', 'g'
        ),
        domain := if(
            ends_with({{ email_key }}, '.invalid'), 'invalid',
            split_part(split_part({{ email_key }}, '@', 2), '.', -2)
        )
    )
{%- endmacro %}

{# Whether more was typed than addresses and what marks them as such: a name, a note. #}
{% macro has_words_beside(column) -%}
    regexp_matches(
        regexp_replace(
            {{ visible(column) }}, '(?i)mailto:|[^\s,;|<>()"\[\]:@]+@[^\s,;|<>()"\[\]/?:@]+', '', 'g'
        ),
        '[\p{L}\p{N}]'
    )
{%- endmacro %}

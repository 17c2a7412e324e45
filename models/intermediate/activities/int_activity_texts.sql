with

bodies as (select * from {{ ref('int_activity_bodies_decoded') }}),

entities as (select * from {{ ref('html_entities') }}),

-- HTML is told by its tags at the beginning or the end, or by tags where there is no line break:
-- an address in <angle brackets> is none, and a plain text that speaks of tags keeps them
recognised as (
    select
        *,
        regexp_matches(
            body,
            '(?i)^\s*<(!doctype|html|body|head|p|pre|div|span|table|ul|ol|h[1-6]|blockquote|'
            || 'center)\b[^<>]*>|^\s*<(b|i|u|a|font|br|img)\b[^<>]*>|</(html|body|p|pre|div|span'
            || '|table|ul|ol|h[1-6]|b|i|u|a|font|blockquote|center)\s*>\s*$'
            || '|<(br|img\s[^<>]*src=)[^<>]*>\s*$'
        )
        or (
            not contains(trim(body, chr(10)), chr(10))
            and regexp_matches(body, '(?i)<br\s*/?>|</(p|div|li|td|b|i|u|a|span|strong|em)\s*>')
        ) as is_html
    from bodies
),

stripped as (
    select
        * exclude (body),
        -- a body that is nothing but pictures is where they are
        if(is_html, coalesce(
            nullif(trim({{ html_to_text('body') }}, ' ' || chr(10)), ''),
            array_to_string(regexp_extract_all(
                body, '(?i)<img\s[^<>]*\bsrc\s*=\s*["'']?(https?://[^"''\s<>]+)', 1
            ), chr(10))
        ), body) as body
    from recognised
),

-- only bodies that hold entities are taken apart and put together again
tokens as (
    select
        source_id,
        unnest(regexp_extract_all(body, '&#?[0-9A-Za-z]+;|[^&]+|&')) as token,
        generate_subscripts(
            regexp_extract_all(body, '&#?[0-9A-Za-z]+;|[^&]+|&'), 1
        ) as position
    from stripped
    where is_html and contains(body, '&')
),

decoded as (
    select
        tokens.source_id,
        string_agg(
            coalesce(
                try(chr(entities.code_point)),
                try(chr(try_cast(regexp_extract(tokens.token, '^&#([0-9]+);$', 1) as integer))),
                try(chr(try_cast(
                    '0x' || regexp_extract(tokens.token, '^&#[xX]([0-9A-Fa-f]+);$', 1) as integer
                ))),
                tokens.token
            ),
            '' order by tokens.position
        ) as body
    from tokens
    left join entities on tokens.token = '&' || entities.name || ';'
    group by tokens.source_id
),

texts as (
    select
        -- ids
        stripped.source_id,

        -- text
        -- @[Contacts:12] would call upon somebody: a blank makes it plain text
        regexp_replace(
            {{ clean_text('coalesce(decoded.body, stripped.body)') }},
            '@\[([A-Za-z_]+:[0-9]+)\]', '@ [\1]', 'g'
        ) as body,

        -- flags
        stripped.is_html,
        stripped.is_quoted_printable
    from stripped
    left join decoded on stripped.source_id = decoded.source_id
)

select * from texts

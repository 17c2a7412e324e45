with

activities as (
    select
        id as source_id,
        replace(body, chr(13), '') as body
    from {{ ref('stg_visual_practice__activities') }}
    where body is not null
),

-- quoted-printable that a mail system left behind: soft line breaks, =20 at a line's end, =3D
-- before a quote, a character of several bytes; and every other = is written so, too. A single =3D
-- is none: it stands in addresses of links
recognised as (
    select
        *,
        regexp_matches(body, '(=|=20|=09)\n|=3D["'']|=[CE][2-9A-F](=[89AB][0-9A-F])+')
        and not regexp_matches(body, '=([^0-9A-F\n]|[0-9A-F]([^0-9A-F]|$))') as is_quoted_printable
    from activities
),

tokens as (
    select
        source_id,
        unnest(regexp_extract_all(
            replace(body, '=' || chr(10), ''), '(?:=[0-9A-F]{2})+|[^=]+|='
        )) as token,
        generate_subscripts(regexp_extract_all(
            replace(body, '=' || chr(10), ''), '(?:=[0-9A-F]{2})+|[^=]+|='
        ), 1) as position
    from recognised
    where is_quoted_printable
),

-- bytes are UTF-8, and where they are not, one character each
decoded as (
    select
        source_id,
        string_agg(
            case
                when not regexp_matches(token, '^(=[0-9A-F]{2})+$') then token
                else coalesce(
                    try(decode(unhex(replace(token, '=', '')))),
                    list_aggregate(
                        list_transform(
                            list_filter(string_split(token, '='), lambda byte: byte <> ''),
                            lambda byte: try(chr(try_cast('0x' || byte as integer)))
                        ),
                        'string_agg', ''
                    )
                )
            end,
            '' order by position
        ) as body
    from tokens
    group by source_id
),

bodies as (
    select
        -- ids
        recognised.source_id,

        -- text
        coalesce(decoded.body, recognised.body) as body,

        -- flags
        recognised.is_quoted_printable
    from recognised
    left join decoded on recognised.source_id = decoded.source_id
)

select * from bodies

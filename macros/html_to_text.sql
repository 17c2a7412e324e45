{#
    HTML → text, one linear pass after another: scripts, styles and comments go, block tags become line
    breaks, list items get a dash, links and described images keep their address, <pre> keeps its blanks, every
    other tag goes. Entities are left as they are: int_activity_texts decodes them by seed, after the tags, so that
    &lt;b&gt; stays a literal <b>.
#}
{% macro html_to_text(column) -%}
    {%- set address = "\\s*=\\s*(?:\"((?:https?|ftp|mailto|tel):[^\"]*)\"|''((?:https?|ftp|mailto|tel):[^'']*)''"
        ~ "|((?:https?|ftp|mailto|tel):[^\\s<>\"'']+))" -%}
    {%- set words = "\\s*=\\s*(?:\"\\s*([^\"]*[^\"\\s])\\s*\"|''\\s*([^'']*[^''\\s])\\s*'')" -%}
    {%- set steps = [
        ("'[\\x01-\\x06]'", "''"),
        ("'(?s)<!--.*?-->'", "''"),
        ("'(?is)<script\\b.*?</script\\s*>'", "''"),
        ("'(?is)<style\\b.*?</style\\s*>'", "''"),
        ("'(?is)<head\\b.*?</head\\s*>'", "''"),
        ("pre", ""),
        ("'\\s+'", "' '"),
        ("'(?i)<img\\s[^<>]*\\balt" ~ words ~ "[^<>]*\\bsrc" ~ address ~ "[^<>]*>'", "' \\1\\2 (\\3\\4\\5) '"),
        ("'(?i)<img\\s[^<>]*\\bsrc" ~ address ~ "[^<>]*\\balt" ~ words ~ "[^<>]*>'", "' \\4\\5 (\\1\\2\\3) '"),
        ("'(?i)<img\\s[^<>]*\\balt" ~ words ~ "[^<>]*>'", "' \\1\\2 '"),
        ("'(?i)<a\\s[^<>]*\\bhref" ~ address ~ "[^<>]*>'", "chr(1) || '\\1\\2\\3' || chr(2)"),
        ("'(?i)</a\\s*>'", "chr(3)"),
        ("'(?i) ?<br\\s*/?> ?'", "chr(10)"),
        ("'(?i) ?<li\\b[^<>]*> ?'", "chr(10) || '- '"),
        ("'(?i) ?</?(p|h[1-6]|ul|ol|table|blockquote|pre|hr)\\b[^<>]*> ?'", "chr(10) || chr(10)"),
        ("'(?i) ?</?(div|tr|dt|dd|section|article|header|footer)\\b[^<>]*> ?'", "chr(10)"),
        ("'(?i) ?<t[dh]\\b[^<>]*> ?'", "' '"),
        ("'<[a-zA-Z/!?][^<>]*>'", "''"),
        ("'\\x01(?:mailto:|tel:)?([^\\x02]*)\\x02\\s*([^\\x01\\x03]*[^\\x01\\x03\\s])\\s*\\x03'", "'\\2 (\\1)'"),
        ("'\\x01(?:mailto:|tel:)?([^\\x02]*)\\x02'", "'(\\1) '"),
        ("'\\x03'", "''"),
        ("' *\\n *'", "chr(10)"),
        ("'\\n{3,}'", "chr(10) || chr(10)"),
        ("'\\x04'", "chr(10)"),
        ("'\\x05'", "' '"),
        ("'\\x06'", "chr(9)"),
    ] -%}
    {%- set ns = namespace(sql=column) -%}
    {%- for pattern, replacement in steps -%}
        {%- if pattern == 'pre' -%}
            {%- set ns.sql = _blanks_kept(ns.sql) -%}
        {%- else -%}
            {%- set ns.sql = "regexp_replace(" ~ ns.sql ~ ", " ~ pattern ~ ", " ~ replacement ~ ", 'g')" -%}
        {%- endif -%}
    {%- endfor -%}
    {{ ns.sql }}
{%- endmacro %}

{# The blanks and line breaks within <pre> as characters that no other pass folds. #}
{% macro _blanks_kept(html) -%}
    array_to_string(list_transform(
        regexp_split_to_array({{ html }}, '(?i)<pre\b[^<>]*>'),
        lambda piece, place: if(
            place = 1, piece,
            '<pre>' || array_to_string(list_transform(
                regexp_split_to_array(piece, '(?i)</pre\s*>'),
                lambda part, number: if(
                    number > 1, part, translate(part, chr(10) || ' ' || chr(9), chr(4) || chr(5) || chr(6))
                )
            ), '</pre>')
        )
    ), '')
{%- endmacro %}

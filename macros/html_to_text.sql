{#
    HTML → text, one linear pass after another: scripts, styles and comments go, block tags become line
    breaks, list items get a dash, links keep their address, every other tag goes. Entities are left as they
    are: int_activity_texts decodes them by seed, after the tags, so that &lt;b&gt; stays a literal <b>.
#}
{% macro html_to_text(column) -%}
    {%- set steps = [
        ("'(?s)<!--.*?-->'", "''"),
        ("'(?is)<script\\b.*?</script\\s*>'", "''"),
        ("'(?is)<style\\b.*?</style\\s*>'", "''"),
        ("'(?is)<head\\b.*?</head\\s*>'", "''"),
        ("'\\s+'", "' '"),
        (
            "'(?i)<a\\s[^<>]*href\\s*=\\s*[\"'']?(https?://[^\"''<>\\s]+)[\"'']?[^<>]*>([^<]*)</a>'",
            "'\\2 (\\1)'"
        ),
        ("'(?i) ?<br\\s*/?> ?'", "chr(10)"),
        ("'(?i) ?<li\\b[^<>]*> ?'", "chr(10) || '- '"),
        ("'(?i) ?</?(p|h[1-6]|ul|ol|table|blockquote|pre|hr)\\b[^<>]*> ?'", "chr(10) || chr(10)"),
        ("'(?i) ?</?(div|tr|dt|dd|section|article|header|footer)\\b[^<>]*> ?'", "chr(10)"),
        ("'(?i) ?<t[dh]\\b[^<>]*> ?'", "' '"),
        ("'<[a-zA-Z/!?][^<>]*>'", "''"),
        ("' *\\n *'", "chr(10)"),
        ("'\\n{3,}'", "chr(10) || chr(10)"),
    ] -%}
    {%- set ns = namespace(sql=column) -%}
    {%- for pattern, replacement in steps -%}
        {%- set ns.sql = "regexp_replace(" ~ ns.sql ~ ", " ~ pattern ~ ", " ~ replacement ~ ", 'g')" -%}
    {%- endfor -%}
    {{ ns.sql }}
{%- endmacro %}

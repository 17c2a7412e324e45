{# A list field of a record that was there before us: its own values first, then those of the
   source that it lacks, in the form in which they are written. #}
{% macro united_list(record, payload, field) -%}
    {%- set there = labelled_values(record ~ " -> " ~ field) -%}
    {%- set written = "list_transform(list_concat(" ~ there ~ ", coalesce(try_cast(" ~ record ~ " -> "
        ~ field ~ " as json[]), [])), lambda item: coalesce(item -> 'number', item))" -%}
    to_json(list_concat(
        list_transform({{ written }}, lambda item: case
            when json_type(item) = 'OBJECT' and (item -> 'entityType') is not null
                then json_object(
                    'entityType', item ->> 'entityType', 'id', try_cast(item ->> 'id' as bigint),
                    'relationship', coalesce(item ->> 'relationship', item ->> 'jobTitle', '')
                )
            else item
        end),
        list_filter(
            {{ listed_values(payload ~ " -> " ~ field) }},
            lambda item: len(list_filter(
                {{ written }}, lambda old: coalesce({{ _stands_there('old', 'item') }}, false)
            )) = 0
        )
    ))
{%- endmacro %}

{# Whether what is there says all that the source would add: an address has keys of Nutshell's own
   beside it, a number is one however it is written. #}
{% macro _stands_there(old, item) -%}
    case
        when json_type({{ item }}) = 'OBJECT' and ({{ item }} -> 'entityType') is null
            then len(list_filter(
                {{ json_entries(item) }},
                lambda part: trim(part.value ->> '$') <> ''
                and lower(trim(part.value ->> '$'))
                is distinct from lower(trim({{ json_member(old, 'part.key') }} ->> '$'))
            )) = 0
        -- a link that says no title is the one that does
        when json_type({{ item }}) = 'OBJECT'
            then ({{ item }} ->> 'entityType') = ({{ old }} ->> 'entityType')
                and ({{ item }} ->> 'id') = ({{ old }} ->> 'id')
                and coalesce({{ item }} ->> 'relationship', '')
                in ('', coalesce({{ old }} ->> 'relationship', {{ old }} ->> 'jobTitle', ''))
        when regexp_full_match({{ item }} ->> '$', '[+0-9 ().x/-]*[0-9]{2}[+0-9 ().x/-]*')
            then {{ comparable(old ~ " ->> '$'", "'digits'") }}
                = {{ comparable(item ~ " ->> '$'", "'digits'") }}
        else lower({{ old }} ->> '$') = lower({{ item }} ->> '$')
    end
{%- endmacro %}

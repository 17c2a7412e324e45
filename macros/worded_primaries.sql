{#
    Records whose lists of ways to reach somebody say which is the primary one in another word (`yes`, 1) than JSON's
    true and false: seeds/reference/checkbox_values.csv knows the words. What it does not know stays a misfit.
#}
{% macro worded_primaries(records) -%}
    {%- set lists = ['emails', 'phones', 'addresses'] -%}
    select
        {{ records }}.* replace (
            {%- for list in lists %}
            if(
                list_contains({{ records }}._misfits, '{{ list }}.primary'),
                list_transform({{ records }}.{{ list }}, lambda entry, place: if(
                    entry is null, null, struct_update(entry, "primary" := coalesce(
                        entry."primary",
                        words.meanings[lower(trim(json_extract_string(
                            try_cast(json_extract({{ records }}._record, '$.{{ list }}') as json[])[place],
                            '$.primary'
                        )))]
                    ))
                )),
                {{ records }}.{{ list }}
            ) as {{ list }},
            {%- endfor %}
            list_filter(
                {{ records }}._misfits,
                lambda misfit: not list_contains([
                    {%- for list in lists %}
                    case
                        when
                            list_contains({{ records }}._misfits, '{{ list }}.primary')
                            and len(list_filter(
                                json_extract_string({{ records }}._record, '$.{{ list }}[*].primary'),
                                lambda word: trim(word) <> '' and words.meanings[lower(trim(word))] is null
                            )) = 0
                            then '{{ list }}.primary'
                    end{{ "," if not loop.last }}
                    {%- endfor %}
                ], misfit)
            ) as _misfits
        )
    from {{ records }}
    cross join (
        select map_from_entries(list(
            struct_pack(word := source_value, meaning := target_value = 'Yes')
        )) as meanings
        from {{ ref('checkbox_values') }}
    ) as words
{%- endmacro %}

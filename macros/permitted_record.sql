{#
    What of a record is no column, in `permitted_records`: its custom fields, and the record itself, without what may
    not pass.
#}
{% macro permitted_record() -%}
    -- fields of the practice's own: a masked one is masked where its type in Nutshell is known
    case
        when policies.withheld is null then as_sent.custom_fields
        else cast(json_merge_patch(
            try_cast(as_sent.custom_fields as json), try_cast(policies.withheld as json)
        ) as varchar)
    end as custom_fields,

    -- the record without what may not pass: no way leads around the columns
    case
        when policies.withheld is null and policies.masked is null then as_sent._record
        else cast(json_merge_patch(
            try_cast(as_sent._record as json),
            try_cast(coalesce(policies.withheld, '{}') as json),
            try_cast(if(
                as_sent.custom_fields is null or policies.withheld is null,
                '{}', '{"custom_fields":' || policies.withheld || '}'
            ) as json),
            try_cast('{' || array_to_string(
                list_transform(
                    list_filter(
                        coalesce(policies.masked, []),
                        lambda field: coalesce(
                            {{ json_member('as_sent._record', 'field') }} ->> '$', ''
                        ) <> ''
                    ),
                    lambda field: to_json(field) || ':"***"'
                ), ','
            ) || '}' as json)
        ) as varchar)
    end as _record
{%- endmacro %}

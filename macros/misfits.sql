{#
    `_misfits` and the text columns (pairs of raw column and typed expression) that hold a value
    which their type can not read: it stands only in `_record`.
#}
{% macro misfits(pairs) -%}
    list_concat(
        coalesce(newest._misfits, []),
        list_filter(
            [
                {%- for column, typed in pairs %}
                case
                    when trim(newest.{{ column }}) <> '' and {{ typed }} is null
                        then '{{ column }}'
                end{{ "," if not loop.last }}
                {%- endfor %}
            ],
            lambda column_name: column_name is not null
        )
    )
{%- endmacro %}

{#
    Text → timestamptz. A value with a zone keeps it, one without is in the deployment's zone
    (a column or literal with a valid name). What no reading fits is null.
#}
{% macro parse_timestamp(column, zone="'UTC'") -%}
    case
        when regexp_matches({{ column }}, ':[0-9.]+\s*(Z|z|UTC|GMT|[+-][0-9]{2}(:?[0-9]{2})?)$')
            then coalesce(
                try_cast({{ column }} as timestamptz),
                try_strptime(
                    {{ column }}, ['%Y-%m-%dT%H:%M%z', '%Y-%m-%d %H:%M%z', '%m/%d/%Y %H:%M:%S%z']
                )
            )
        else timezone(
            {{ zone }},
            coalesce(
                try_cast({{ column }} as timestamp),
                try_strptime(
                    {{ column }},
                    [
                        '%Y-%m-%dT%H:%M', '%m/%d/%Y', '%m/%d/%Y %H:%M', '%m/%d/%Y %H:%M:%S',
                        '%m/%d/%Y %I:%M %p', '%m/%d/%Y %I:%M:%S %p', '%Y%m%d', '%Y%m%dT%H%M%S'
                    ]
                )
            )
        )
    end
{%- endmacro %}

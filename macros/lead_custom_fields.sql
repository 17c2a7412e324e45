{#
    The custom fields of a Nutshell lead, from the columns that nutshell_leads and nutshell_deals share: what
    the mapped fields hold (a default below a converted lead's, that below its deal's), then what the migration itself keeps.
#}
{% macro lead_custom_fields() -%}
    cast({{ without_nulls("
        json_merge_patch(
            coalesce(cast(default_fields as json), '{}'),
            coalesce(cast(inherited_fields as json), '{}'),
            coalesce(cast(packed_fields as json), '{}'),
            json_object(
                'Visual Practice ID', record_key,
                'Visual Practice created', strftime(timezone('UTC', created_at), '%Y-%m-%d'),
                'Visual Practice modified', strftime(timezone('UTC', modified_at), '%Y-%m-%d'),
                'Description', details,
                'Files', files_text,
                'Lead status', lead_status,
                'Deal stage', deal_stage,
                'Original amount', amount_original_text,
                'Original currency', if(amount_original is null, null, currency_original),
                'Exchange rate', if(rate_date is null, null, " ~ plain_number('rate') ~ "),
                'Rate date', strftime(rate_date, '%Y-%m-%d'),
                'Expected close', strftime(expected_close_date, '%Y-%m-%d'),
                'Closed', strftime(timezone('UTC', closed_at), '%Y-%m-%d'),
                'Lost reason', lost_reason
            )
        )
    ") }} as varchar)
{%- endmacro %}

{# The closing columns that nutshell_leads and nutshell_deals share: one contract, written once. #}
{% macro opportunity_columns() -%}
        -- ids
        source_object,
        source_id,
        record_key,
        'lead' as kind,
        cast(null as bigint) as nutshell_id,
        survivor_key,
        owner_id,
        nutshell_user_id,
        stageset_id,
        milestone_id,
        outcome_id,
        nutshell_source_id,
        account_keys,
        contact_keys,
        unlinked_keys,

        -- text
        bucket_reason,
        title,
        details,
        lead_status,
        deal_stage,
        source_name,
        outcome_name,
        lost_reason,
        files_text,
        currency_original,
        currency_converted,
        value_key,

        -- lists
        tags,

        -- numbers
        0 as level_within,
        confidence,
        outcome_status,
        amount_original,
        amount_converted,
        rate,

        -- flags
        is_confidence_clipped,

        -- times
        due_time,
        expected_close_date,
        closed_at,
        created_at,
        modified_at,
        rate_date,

        -- payloads
        custom_fields,
        {{ lead_payload() }} as payload,
        -- the value and the closing are operations of their own: REST sets the one, an open lead the other
        if(
            amount_converted is null, null,
            cast(json_object('amount', amount_text, 'currency', currency_converted) as varchar)
        ) as value_payload,
        if(
            outcome_id is null, null,
            cast(json_object('outcomeId', outcome_id, 'status', outcome_status) as varchar)
        ) as outcome_payload,
        list_concat(account_keys, contact_keys) as depends_on,
{%- endmacro %}

{# What newLead and editLead take, from the columns that nutshell_leads and nutshell_deals share. #}
{% macro lead_payload() -%}
    cast({{ without_nulls("
        json_object(
            'description', title,
            'primaryAccount', if(
                len(account_keys) > 0,
                json_object('entityType', 'Accounts', 'id', json_object('$ref', account_keys[1])),
                null
            ),
            'accounts', " ~ json_refs('account_keys[2:]', 'Accounts') ~ ",
            'contacts', " ~ json_refs('contact_keys', 'Contacts') ~ ",
            'assignee', json_object('entityType', 'Users', 'id', nutshell_user_id),
            'confidence', confidence,
            'dueTime', due_time,
            'sources', if(
                nutshell_source_id is not null,
                json_array(json_object('entityType', 'Sources', 'id', nutshell_source_id)),
                null
            ),
            'tags', if(len(tags) > 0, to_json(tags), null),
            'stagesetId', stageset_id,
            'milestoneId', milestone_id,
            'customFields', cast(custom_fields as json)
        )
    ") }} as varchar)
{%- endmacro %}

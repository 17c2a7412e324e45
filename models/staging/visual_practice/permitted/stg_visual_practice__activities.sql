{{ permitted_records(
    'activities',
    texts=['subject', 'body'],
    others=[
        'owner_id', 'organization_id', 'lead_id', 'deal_id', 'type', 'direction',
        'duration_minutes', 'completed', 'started_at'
    ],
    lists=['person_ids']
) }}

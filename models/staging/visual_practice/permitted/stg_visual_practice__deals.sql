{{ permitted_records(
    'deals',
    texts=['name', 'lost_reason', 'description'],
    others=[
        'owner_id', 'organization_id', 'stage', 'currency', 'source', 'amount', 'probability',
        'expected_close_date', 'closed_at'
    ],
    lists=['person_ids', 'tags']
) }}

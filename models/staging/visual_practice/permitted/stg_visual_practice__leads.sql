{{ permitted_records(
    'leads',
    texts=['title', 'description'],
    others=[
        'owner_id', 'person_id', 'organization_id', 'converted_deal_id', 'status', 'source',
        'currency', 'estimated_value'
    ],
    lists=['tags']
) }}

{{ permitted_records(
    'users',
    texts=['name'],
    others=['owner_id', 'email', 'role', 'active']
) }}

{{ permitted_records(
    'organizations',
    texts=['name', 'industry', 'description'],
    others=['owner_id', 'parent_id', 'website', 'employee_count', 'annual_revenue'],
    lists=['tags', 'phones', 'emails', 'addresses']
) }}

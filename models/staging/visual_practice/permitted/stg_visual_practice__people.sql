{{ permitted_records(
    'people',
    texts=[
        'salutation', 'first_name', 'middle_name', 'last_name', 'suffix', 'job_title',
        'description'
    ],
    others=['owner_id', 'organization_id', 'date_of_birth'],
    lists=['tags', 'emails', 'phones', 'addresses']
) }}

{{ permitted_records(
    'attachments',
    texts=[],
    others=[
        'owner_id', 'parent_id', 'parent_type', 'file_name', 'content_type', 'sha256', 'kind',
        'size_bytes'
    ]
) }}

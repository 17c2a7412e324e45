with

activities as (select * from {{ ref('stg_visual_practice__activities') }}),

users as (select * from {{ ref('stg_visual_practice__users') }}),

participants as (select * from {{ ref('int_activity_participants') }}),

files as (select * from {{ ref('int_files_linked') }}),

fields_kept as (select * from {{ ref('int_activity_fields_kept') }}),

unlinked as (
    select
        source_id,
        string_agg(linked_key, ', ' order by position) as unlinked_keys
    from participants
    -- what a person has deleted in Nutshell since is nothing that we left out
    where target_key is null and reason <> 'deleted_in_nutshell'
    group by source_id
),

-- what an activity has no field for; verify reads it back line by line, a line without a value
-- is left out
trailers as (
    select
        -- ids
        activities.id as source_id,

        -- text
        unlinked.unlinked_keys,
        concat_ws(
            chr(10),
            '--',
            concat_ws(
                ' · ',
                'Type: ' || activities.type,
                'Direction: ' || activities.direction,
                if(activities.completed is false, 'Completed: no', null)
            ),
            'By: ' || {{ clean_text(
                "concat_ws(' ', activities.owner_id, users.name, '<' || users.email || '>')"
            ) }},
            concat_ws(
                ' · ',
                'Created: ' || {{ utc_text('activities.created_at') }},
                'Modified: ' || {{ utc_text('activities.modified_at') }}
            ),
            'Fields: ' || fields_kept.fields_text,
            'Not linked: ' || unlinked.unlinked_keys,
            'Files: ' || replace(files.files_text, chr(10), '; '),
            'Visual Practice ' || {{ record_marker("'activities:' || activities.id") }}
        ) as trailer
    from activities
    left join users on activities.owner_id = users.id
    left join unlinked on activities.id = unlinked.source_id
    left join fields_kept on activities.id = fields_kept.source_id
    left join files on 'activities:' || activities.id = files.record_key
)

select * from trailers

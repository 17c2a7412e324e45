{% set parts = [
    'type', 'direction', 'made_by', 'fields_text', 'unlinked_keys', 'files_text'
] %}

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

limits as (select {{ text_limit('long_text_length') }} as most_characters),

-- what an activity has no field for
noted as (
    select
        activities.id as source_id,
        activities.type,
        activities.direction,
        activities.completed,
        activities.created_at,
        activities.modified_at,
        {{ clean_text(
            "concat_ws(' ', activities.owner_id, users.name, '<' || users.email || '>')"
        ) }} as made_by,
        fields_kept.fields_text,
        unlinked.unlinked_keys,
        replace(files.files_text, chr(10), '; ') as files_text
    from activities
    left join users on activities.owner_id = users.id
    left join unlinked on activities.id = unlinked.source_id
    left join fields_kept on activities.id = fields_kept.source_id
    left join files on 'activities:' || activities.id = files.record_key
),

measured as (
    select
        noted.*,
        -- what stands around them, and a marker, take no more than that
        1000 + length(concat_ws('', {{ parts | join(', ') }})) as characters,
        -- no more of each than all of them have room for, where they have not
        if(characters > limits.most_characters, limits.most_characters // 8, null) as share
    from noted
    cross join limits
),

fitted as (
    select
        source_id,
        unlinked_keys as all_unlinked_keys,
        completed,
        created_at,
        modified_at,
        characters,
        {% for part in parts -%}
            if(length({{ part }}) > share, left({{ part }}, share) || '…', {{ part }})
                as {{ part }},
        {% endfor -%}
        share
    from measured
),

-- verify reads it back line by line, a line without a value is left out
trailers as (
    select
        -- ids
        source_id,

        -- text
        all_unlinked_keys as unlinked_keys,
        concat_ws(
            chr(10),
            '--',
            concat_ws(
                ' · ',
                'Type: ' || type,
                'Direction: ' || direction,
                if(completed is false, 'Completed: no', null)
            ),
            'By: ' || made_by,
            concat_ws(
                ' · ',
                'Created: ' || {{ utc_text('created_at') }},
                'Modified: ' || {{ utc_text('modified_at') }}
            ),
            'Fields: ' || fields_text,
            'Not linked: ' || unlinked_keys,
            'Files: ' || files_text,
            'Visual Practice ' || {{ record_marker("'activities:' || source_id") }}
        ) as trailer,

        -- numbers
        if(share is null, length(trailer), characters) as characters
    from fitted
)

select * from trailers

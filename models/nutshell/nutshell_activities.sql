{% set members -%}
    'name', name, 'description', description, 'activityTypeId', activity_type_id,
    'startTime', {{ nutshell_time('started_at') }}, 'endTime', {{ nutshell_time('ended_at') }},
    'isAllDay', is_all_day, 'status', 1, 'participants', all_participants
{%- endset %}

with

activities as (select * from {{ ref('stg_visual_practice__activities') }}),

resolved as (select * from {{ ref('int_activities_resolved') }}),

times as (select * from {{ ref('int_activity_times') }}),

texts as (select * from {{ ref('int_activity_texts') }}),

trailers as (select * from {{ ref('int_activity_trailers') }}),

links as (select * from {{ ref('int_activity_participants_packed') }}),

mapped as (
    select
        -- ids
        'activities' as source_object,
        activities.id as source_id,
        resolved.record_key,
        'activity' as kind,
        cast(null as bigint) as nutshell_id,
        cast(null as varchar) as survivor_key,
        activities.owner_id,
        resolved.nutshell_user_id,
        resolved.activity_type_id,
        coalesce(links.target_keys, []) as depends_on,

        -- text
        resolved.bucket_reason,
        resolved.activity_type,
        -- Nutshell needs a name: without a subject it is what the activity was
        coalesce(
            {{ within_limit(clean_text('activities.subject'), 'text_length') }},
            resolved.activity_type
        ) as name,
        texts.body,
        concat_ws(
            chr(10) || chr(10),
            {{ within_limit('texts.body', 'long_text_length', 'length(trailers.trailer) + 2') }},
            trailers.trailer
        ) as description,
        '{}' as custom_fields,
        activities.direction,
        trailers.unlinked_keys,
        times.time_note,

        -- numbers
        0 as level_within,

        -- flags
        times.is_all_day,
        times.is_suspect,
        coalesce(texts.is_html, false) as is_html,
        coalesce(texts.is_quoted_printable, false) as is_quoted_printable,
        activities.completed,

        -- times
        times.started_at,
        times.ended_at,
        activities.created_at,
        activities.modified_at,

        -- for the payload alone
        list_concat(
            [json_object('entityType', 'Users', 'id', resolved.nutshell_user_id)],
            coalesce(links.people, [])
        ) as all_participants,
        coalesce(links.leads, []) as leads
    from activities
    inner join resolved on activities.id = resolved.source_id
    inner join times on activities.id = times.source_id
    inner join trailers on activities.id = trailers.source_id
    left join texts on activities.id = texts.source_id
    left join links on activities.id = links.source_id
),

shaped as (
    select
        * exclude (all_participants, leads),
        -- every body once: a merge patch would read and write each of them again
        cast(
            if(
                len(leads) > 0,
                json_object({{ members }}, 'leads', leads),
                json_object({{ members }})
            ) as varchar
        ) as payload
    from mapped
)

select * from shaped

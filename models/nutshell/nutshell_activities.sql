{# The whole of what a call, an e-mail, a meeting or a note becomes: a logged activity with
   its own times. #}
with

activities as (select * from {{ ref('stg_visual_practice__activities') }}),

resolved as (select * from {{ ref('int_activities_resolved') }}),

times as (select * from {{ ref('int_activity_times') }}),

texts as (select * from {{ ref('int_activity_texts') }}),

trailers as (select * from {{ ref('int_activity_trailers') }}),

links as (select * from {{ ref('int_activity_participants_packed') }}),

mapped as (
    select
        -- plumbing, never sent
        'activities' as source_object,
        activities.id as source_id,
        resolved.record_key,
        'activity' as kind,
        cast(null as bigint) as nutshell_id,
        cast(null as varchar) as survivor_key,
        resolved.bucket_reason,
        0 as level_within,
        resolved.activity_type,
        trailers.unlinked_keys,
        times.is_suspect,
        coalesce(texts.is_html, false) as is_html,
        coalesce(texts.is_quoted_printable, false) as is_quoted_printable,

        -- what is sent
        -- Nutshell needs a name: without a subject it is what the activity was
        coalesce(
            {{ within_limit(clean_text('activities.subject'), 'text_length') }},
            resolved.activity_type
        ) as "name",
        concat_ws(
            chr(10) || chr(10),
            {{ within_limit('texts.body', 'long_text_length', 'length(trailers.trailer) + 2') }},
            trailers.trailer
        ) as "description",
        resolved.activity_type_id as "activityTypeId",
        times.started_at as "startTime",
        times.ended_at as "endTime",
        times.is_all_day as "isAllDay",
        -- logged: all of it has been
        1 as "status",
        list_concat(['Users:' || resolved.nutshell_user_id], links.people) as "participants",
        links.leads as "leads"
    from activities
    inner join resolved on activities.id = resolved.source_id
    inner join times on activities.id = times.source_id
    inner join trailers on activities.id = trailers.source_id
    left join texts on activities.id = texts.source_id
    left join links on activities.id = links.source_id
)

select * from mapped

{#-
    What there is to see on the records of the six objects as they shall stand in Nutshell, besides
    their values: currencies, routes, depths, shapes.
-#}
{{ config(materialized='ephemeral') }}

with

organizations as (select * from {{ ref('nutshell_organizations') }}),

people as (select * from {{ ref('nutshell_people') }}),

opportunities as (
    select * from {{ ref('nutshell_leads') }}
    union all by name
    select * from {{ ref('nutshell_deals') }}
),

activities as (select * from {{ ref('nutshell_activities') }}),

attachments as (select * from {{ ref('nutshell_attachments') }}),

shapes as (
    select
        record_key,
        unnest([
            if(level_within > 0, ['hierarchy depth', level_within::varchar], null),
            if(len("url") > 0, ['shape', 'organization with a website'], null)
        ]) as trait
    from organizations
    union all
    select
        record_key,
        unnest([
            if(coalesce(len(accounts), 0) = 0, ['shape', 'person without account'], null),
            if(len(accounts) > 1, ['shape', 'person of several'], null),
            if(len(email) > 1, ['shape', 'several e-mails'], null),
            if(len(email) = 0, ['shape', 'no e-mail'], null)
        ]) as trait
    from people
    union all
    select
        record_key,
        unnest([
            ['currency', source_object || ' ' || coalesce(currency_original, '(no amount)')],
            if(len(contacts) > 1, ['shape', 'several contacts'], null),
            if("primaryAccount" is null, ['shape', 'no account'], null),
            if(is_confidence_clipped, ['shape', 'probability clipped'], null),
            if(
                "value" is not null,
                ['step', source_object || ' with its value set apart'], null
            ),
            if(
                status is not null,
                ['step', source_object || ' closed: ' || outcome_name], null
            )
        ]) as trait
    from opportunities
    union all
    select
        record_key,
        unnest([
            ['activity type', activity_type],
            if(is_html, ['shape', 'body in HTML'], null),
            if(is_quoted_printable, ['shape', 'body quoted-printable'], null),
            if("isAllDay", ['shape', 'all day'], null),
            if(is_suspect, ['shape', 'suspect time'], null),
            if(len(unlinked_keys) > 0, ['shape', 'linked to the unknown'], null)
        ]) as trait
    from activities
    union all
    select
        record_key,
        unnest([
            ['attachment route', route || ': ' || route_reason],
            ['attachment type', coalesce(detected_type, 'unknown')]
        ]) as trait
    from attachments
),

traits as (
    select
        record_key,
        trait[1] as feature_kind,
        trait[2] as feature
    from shapes
    where trait[2] is not null
)

select * from traits

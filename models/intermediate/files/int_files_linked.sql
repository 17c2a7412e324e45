with

attachments as (
    select * from {{ ref('int_attachments_routed') }}
    -- only what is hosted has a link to show
    where route = 'host'
),

linked as (
    select
        -- ids
        parent_key as record_key,

        -- text
        string_agg(
            regexp_replace(
                coalesce(file_name, 'file'), '[\x00-\x1F\x7F<>\p{Cf}\p{Co}\p{Zl}\p{Zp}]+', '_', 'g'
            ) || ' <' || link || '>',
            chr(10) order by file_name, source_id
        ) as files_text,

        -- numbers
        count(*) as file_count
    from attachments
    group by parent_key
)

select * from linked

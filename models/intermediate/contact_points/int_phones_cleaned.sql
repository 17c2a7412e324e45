with

organizations as (select * from {{ ref('stg_visual_practice__organizations') }}),

people as (select * from {{ ref('stg_visual_practice__people') }}),

mapped as (
    select * from {{ ref('int_points_mapped') }}
    where kind = 'phone'
),

listed as (
    {%- for object in ['people', 'organizations'] %}
        select
            '{{ object }}' as source_object,
            id as source_id,
            unnest(phones) as entry,
            generate_subscripts(phones, 1) as position,
            -- some systems give the extension a key of its own
            if(
                contains(_record, '"extension"'),
                try_cast(try_cast(_record as json) -> '$.phones' as json[]), null
            ) as parts
        from {{ object }}
        union all
    {%- endfor %}
    select
        source_object,
        source_id,
        struct_pack(label := label, value := value, "primary" := false) as entry, -- noqa: PRS
        position,
        null as parts
    from mapped
),

written as (
    select
        source_object,
        source_id,
        position,
        coalesce({{ clean_line('entry.label') }}, 'phone') as label,
        coalesce(entry."primary", false) as is_primary,
        entry.value as original,
        -- a spreadsheet's 3088652512.0 is a number without its point
        regexp_replace(
            regexp_replace({{ clean_line('entry.value') }}, '^([0-9]{6,15})\.0+$', '\1'),
            '^tel:', '', 'i'
        ) || coalesce(' x' || nullif(regexp_extract(
            parts[position] ->> '$.extension', '[0-9]{1,6}'
        ), ''), '') as phone
    from listed
),

parted as (
    select
        *,
        regexp_extract(phone, '(?:;?\s*(?:ext?\.?|x|#)\s*=?\s*)([0-9]{1,6})$', 1, 'i') as extension,
        regexp_replace(
            regexp_replace(phone, '(?:;?\s*(?:ext?\.?|x|#)\s*=?\s*)([0-9]{1,6})$', '', 'i'),
            '[^0-9]', '', 'g'
        ) as digits
    from written
    where phone is not null
),

judged as (
    select
        *,
        -- what has lost its digits on the way, or never was a number, can not be called
        case
            when regexp_matches(phone, '^[0-9.]+e[+-]?[0-9]+$', 'i') then 'exponent'
            when regexp_matches(phone, '[a-z]{3,}', 'i') and extension = '' then 'letters'
            when length(digits) < 7 then 'too_short'
            when length(digits) > 15 then 'too_long'
        end as problem,
        if(starts_with(phone, '+'), '+', '') || digits
        || if(extension = '', '', ' x' || extension) as number
    from parted
),

once as (
    select
        *,
        problem is null as is_valid,
        -- ten digits with or without the country's 1 are the same phone
        regexp_replace(digits, '^1([0-9]{10})$', '\1') as phone_key
    from judged
    qualify row_number() over (
        partition by source_object, source_id, number order by is_primary desc, position asc
    ) = 1
)

select * from once

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
            'phones' as source_field,
            unnest(phones) as entry,
            generate_subscripts(phones, 1) as position,
            -- some systems give the extension a key of its own
            if(
                contains(_record, '"extension"'),
                try_cast(_record::json -> '$.phones' as json[]), null
            ) as parts
        from {{ object }}
        union all
    {%- endfor %}
    select
        source_object,
        source_id,
        source_field,
        struct_pack(label := label, value := value, "primary" := false) as entry, -- noqa: PRS
        position,
        null as parts
    from mapped
),

written as (
    select
        source_object,
        source_id,
        source_field,
        position,
        {{ clean_line('entry.label') }} as label,
        coalesce(entry."primary", false) as is_primary,
        {{ phone_pieces(western_digits(visible(clean_line('entry.value'))), "parts[position]") }}
            as pieces
    from listed
    -- a word for nothing is no number: preflight_placeholders names it
    where {{ clean_line('entry.value') }} is not null
),

single as (
    select
        * exclude (pieces),
        unnest(pieces) as piece,
        generate_subscripts(pieces, 1) as part
    from written
),

read as (
    select
        *,
        {{ read_phone('piece.text') }} as phone
    from single
),

judged as (
    select
        * exclude (piece, phone, label),
        phone.extension,
        phone.digits,
        phone.number,
        -- what stands beside the number says which it is
        case
            when label is null then coalesce(phone.words, 'phone')
            when contains(lower(label), lower(phone.words)) then label
            else label || coalesce(' (' || phone.words || ')', '')
        end as label,
        -- what has lost its digits on the way, or never was a number, can not be called
        if(piece.is_several, 'several', phone.problem) as problem
    from read
),

once as (
    select
        *,
        problem is null as is_valid,
        -- ten digits with or without the country's 1 are the same phone
        regexp_replace(digits, '^1([0-9]{10})$', '\1') as phone_key
    from judged
    qualify row_number() over (
        partition by
            source_object, source_id, number, if(problem is null, null, (position, part))
        order by is_primary desc, position asc, part asc
    ) = 1
)

select * from once

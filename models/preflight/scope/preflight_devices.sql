with

other_records as (
    select * from {{ ref('stg_visual_practice__other_records') }}
    where not is_deleted
),

device_keys as (select * from {{ ref('device_keys') }}),

confirmations as (select * from {{ ref('device_confirmations') }}),

said as (
    select
        other_records.object,
        other_records.id,
        device_keys.part,
        device_keys.priority,
        nullif(trim(coalesce(
            {{ json_member('other_records._record', 'device_keys.key') }} ->> '$',
            {{ json_member('other_records.custom_fields', 'device_keys.key') }} ->> '$'
        )), '') as value
    from other_records
    inner join device_keys on other_records.object = device_keys.object
),

parts as (
    select
        object,
        id,
        arg_min(value, priority) filter (where part = 'maker' and value is not null) as maker,
        arg_min(value, priority) filter (where part = 'model' and value is not null) as model,
        arg_min(value, priority) filter (where part = 'serial' and value is not null) as serial,
        arg_min(value, priority) filter (where part = 'modality' and value is not null) as modality
    from said
    group by object, id
),

named as (
    select
        *,
        coalesce(
            nullif(concat_ws(' ', maker, model, 'no. ' || serial), ''),
            concat_ws(' ', '(no device named)', modality)
        ) as device
    from parts
),

counted as (
    select
        object,
        device,
        min(maker) as maker,
        min(model) as model,
        min(serial) as serial,
        string_agg(distinct modality, ', ' order by modality) as modalities,
        count(*) as records
    from named
    group by object, device
),

devices as (
    select
        -- ids
        counted.object,
        counted.device,

        -- text
        counted.maker,
        counted.model,
        counted.serial,
        counted.modalities,
        confirmations.confirmed_by,
        confirmations.note,
        if(
            confirmations.confirmed_by is null,
            counted.object || ',' || {{ csv_cell('counted.device') }}
            || ',,,<where its images go after the cut-over>',
            null
        ) as csv_line,

        -- numbers
        counted.records,

        -- flags
        confirmations.confirmed_by is not null as is_confirmed,

        -- times
        confirmations.confirmed_on
    from counted
    left join confirmations
        on
            counted.object = confirmations.object
            and trim(counted.device) = trim(confirmations.device)
)

select * from devices

{# Values of records that are not what their columns say, as the records themselves show it. #}
{% set objects = [
    'users', 'organizations', 'people', 'leads', 'deals', 'activities', 'attachments'
] %}

with

{% for object in objects -%}
    {{ object }} as (select * from {{ ref('stg_visual_practice__' ~ object) }}),

{% endfor -%}

misfits as (
    {%- for object in objects %}
        select
            '{{ object }}' as object,
            id as source_id,
            unnest(_misfits) as field,
            'does not fit its type: it moves as no value' as finding,
            _locator as locator
        from {{ object }}
        where not is_deleted
        {{ "union all" if not loop.last }}
    {%- endfor %}
),

addresses as (
    {%- for object in ['organizations', 'people'] %}
        select
            '{{ object }}' as object,
            id as source_id,
            'emails' as field,
            unnest(
                list_filter([email.value for email in emails], lambda value: value is not null)
            ) as value,
            _locator as locator
        from {{ object }}
        where not is_deleted
        {{ "union all" if not loop.last }}
    {%- endfor %}
),

no_addresses as (
    select
        object,
        source_id,
        field,
        'no e-mail address: it is left out' as finding,
        locator
    from addresses
    where not regexp_full_match(trim(value), '[^@\s<>]+@[^@\s<>]+[.][^@\s<>.]+')
),

-- fields of the practice's own that the map sends to Nutshell's e-mails and phones
mapped as (
    {%- for kind, text in [('emails', 'no e-mail address'), ('phones', 'no telephone number')] %}
        select
            cleaned.source_object as object,
            cleaned.source_id,
            points.source_field as field,
            '{{ text }}: it is left out' as finding,
            null::varchar as locator
        from {{ ref('int_' ~ kind ~ '_cleaned') }} as cleaned
        inner join {{ ref('int_points_mapped') }} as points
            on
                cleaned.source_object = points.source_object
                and cleaned.source_id = points.source_id
                and cleaned.position = points.position
                and points.kind = '{{ kind[:-1] }}'
        where not cleaned.is_valid
        {{ "union all" if not loop.last }}
    {%- endfor %}
),

probabilities as (
    select
        'deals' as object,
        id as source_id,
        'probability' as field,
        'outside 0 to 100: it moves as the nearest of them' as finding,
        _locator as locator
    from deals
    where not is_deleted and probability not between 0 and 100
),

durations as (
    select
        'activities' as object,
        id as source_id,
        'duration_minutes' as field,
        'no duration of a day or a year: it moves as none' as finding,
        _locator as locator
    from activities
    where not is_deleted and duration_minutes not between 0 and {{ longest_duration() }}
),

findings as (
    select * from misfits
    union all
    select * from no_addresses
    union all
    select * from mapped
    union all
    select * from probabilities
    union all
    select * from durations
)

select * from findings

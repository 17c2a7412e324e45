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

probabilities as (
    select
        'deals' as object,
        id as source_id,
        'probability' as field,
        if(
            probability between 0 and 100,
            'no whole number of 0 to 100: it moves rounded',
            'outside 0 to 100: it moves as the nearest of them'
        ) as finding,
        _locator as locator
    from deals
    where
        not is_deleted
        and (probability not between 0 and 100 or probability <> round(probability))
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

-- a title stands in Nutshell at an account, and nowhere else
titles as (
    select
        'people' as object,
        people.id as source_id,
        'job_title' as field,
        'no organization to have it at: it is left out' as finding,
        people._locator as locator
    from people
    inner join {{ ref('int_people_resolved') }} as resolved on people.id = resolved.source_id
    inner join {{ ref('int_people_united') }} as united on resolved.survivor_id = united.source_id
    where
        {{ clean_line('people.job_title') }} is not null
        and not people.is_deleted
        and coalesce(len(united.accounts), 0) = 0
),

findings as (
    select * from misfits
    union all
    select * from titles
    union all
    select * from {{ ref('preflight_points_left_out') }}
    union all
    select * from {{ ref('preflight_placeholders') }}
    union all
    select * from probabilities
    union all
    select * from durations
)

select * from findings

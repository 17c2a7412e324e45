{# In which order the practice writes day and month in each of its columns: as a seed or the
   settings say, else as those of its values show that can be read in one way alone. #}
{% set columns = {
    'users': [], 'organizations': [], 'people': ['date_of_birth'], 'leads': [],
    'deals': ['expected_close_date', 'closed_at'], 'activities': ['started_at'], 'attachments': [],
    'other_records': [],
} %}

with

listings as (select * from {{ ref('stg_visual_practice__listings') }}),

texts as (
    {%- for table, own in columns.items() %}
        {%- for field in ['created_at', 'modified_at', 'deleted_at'] + own %}
            select
                {{ 'object' if table == 'other_records' else "'" ~ table ~ "'" }} as object,
                '{{ field }}' as field,
                {{ field }} as text,
                _run_id
            from {{ source('visual_practice', table) }}
            where {{ is_of_two_readings(field) }}
            {{ "union all" if not loop.last }}
        {%- endfor %}
        {{ "union all" if not loop.last }}
    {%- endfor %}
),

-- what stood in older runs alone is no evidence of how the practice writes now
current_texts as (
    select texts.*
    from texts
    left join listings on texts.object = listings.object
    where texts._run_id >= coalesce(listings.full_run_id, '')
),

{{ date_orders_of('current_texts') }}

select * from ordered

{# Every value of a mapped list that stands in a record: a new one later needs a look at the map. #}
with values_seen as (

    select 'leads' as source_object, 'status' as source_field, status as source_value
    from {{ ref('stg_visual_practice__leads') }}
    union
    select 'leads', 'source', source from {{ ref('stg_visual_practice__leads') }}
    union
    select 'deals', 'stage', stage from {{ ref('stg_visual_practice__deals') }}
    union
    select 'deals', 'source', source from {{ ref('stg_visual_practice__deals') }}
    union
    select 'deals', 'currency', currency from {{ ref('stg_visual_practice__deals') }}
    union
    select 'leads', 'currency', currency from {{ ref('stg_visual_practice__leads') }}
    union
    select 'activities', 'type', type from {{ ref('stg_visual_practice__activities') }}

)

select
    source_object,
    source_field,
    coalesce(source_value, '') as source_value
from values_seen

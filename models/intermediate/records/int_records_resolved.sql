{# What becomes of each record, all objects in one list: the record in which it stands (a twin's is
   its survivor's, a converted lead's its deal's), or why it does not move. #}
with

{% for object in ['organizations', 'people', 'leads', 'deals', 'activities'] -%}
    {{ object }} as (select * from {{ ref('int_' ~ object ~ '_resolved') }}),

{% endfor -%}

records as (
    {%- for object, key, nutshell_id in [
        ('organizations', 'record_key', 'nutshell_id'), ('people', 'record_key', 'nutshell_id'),
        ('leads', 'target_key', 'null::bigint'), ('deals', 'target_key', 'null::bigint'),
        ('activities', 'record_key', 'null::bigint'),
    ] %}
        select
            '{{ object }}' as source_object,
            source_id,
            {{ key }} as target_key,
            {{ nutshell_id }} as nutshell_id,
            bucket_reason
        from {{ object }}
        {{ "union all" if not loop.last }}
    {%- endfor %}
)

select * from records

{# The links that Nutshell gives back, told by our own keys where the other end is one of ours. #}
{% set linked = [
    ('contacts', 'contact', 'accounts'), ('leads', 'lead', 'accounts'), ('leads', 'lead', 'contacts'),
    ('leads', 'lead', 'primaryAccount'), ('activities', 'activity', 'participants'),
    ('activities', 'activity', 'leads'),
] %}
with listed as (

    {% for table, kind, field in linked %}
        select
            nutshell_id,
            '{{ kind }}' as kind,
            '{{ field }}' as field,
            unnest(
                try_cast(
                    {{ field | lower | replace('primaryaccount', 'primary_account') }} as json[]
                )
            )
                as link
        from {{ ref('stg_nutshell__' ~ table) }}
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}

),

told as (

    select
        listed.nutshell_id,
        listed.kind,
        listed.field,
        coalesce(
            keys.record_key, (listed.link ->> 'entityType') || ':' || (listed.link ->> 'id')
        ) as other,
        -- a contact's link to an account carries the job title; on a lead the title is only shown
        nullif(coalesce(
            listed.link ->> 'relationship',
            case when listed.kind = 'contact' then listed.link ->> 'jobTitle' end
        ), '') as relationship
    from listed
    left join {{ ref('plan_keys') }} as keys
        on
            (listed.link ->> 'entityType') = keys.entity_type
            and (listed.link ->> 'id')::bigint = keys.nutshell_id

),

texts as (

    select
        nutshell_id,
        kind,
        field,
        array_to_string(
            list_sort(list_distinct(list(
                case
                    when field in ('accounts', 'contacts')
                        then other || coalesce(' (' || relationship || ')', '')
                    else other
                end
            ))),
            '; '
        ) as text
    from told
    group by nutshell_id, kind, field

)

select * from texts

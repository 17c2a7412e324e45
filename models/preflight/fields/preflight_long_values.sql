{# Texts longer than Nutshell takes, and what becomes of each. #}
with

lengths as (select * from {{ ref('preflight_text_lengths') }}),

limits as (
    select
        limit_name,
        min(max_value) as most
    from {{ ref('limits') }}
    group by limit_name
),

policy as (select {{ setting('text_limit_policy') }} as text_limit_policy),

long_values as (
    select
        -- ids
        lengths.source_object,
        lengths.source_id,
        lengths.field,

        -- text
        lengths.limit_name,
        policy.text_limit_policy as policy,
        if(
            policy.text_limit_policy = 'block',
            'its record waits: shorten it at the source, or let texts be cut'
            || ' (text_limit_policy in seeds/policies/settings.csv)',
            'cut to ' || limits.most || ' characters, the last one …'
            || if(
                lengths.limit_name = 'leads.description',
                ', at a word; whole in the custom field Full title', ''
            )
        ) as becomes,

        -- numbers
        lengths.characters,
        limits.most as most_characters
    from lengths
    inner join limits on lengths.limit_name = limits.limit_name
    cross join policy
    where lengths.characters > limits.most
)

select * from long_values

with

measured as (select * from {{ ref('preflight_scope_measured') }}),

estimated as (
    select
        *,
        -- minutes a person needs: a custom field 5, a value 2, a decision 10, a device 20
        if(
            policy = 'migrate',
            60 + 5 * custom_fields + 2 * mapped_values + 10 * (open_decisions + undeclared_fields),
            30 + 20 * devices
        ) as minutes
    from measured
),

scope as (
    select
        -- ids
        object,

        -- text
        policy,
        classification,
        reason,
        case
            when policy = 'migrate' then 'moves'
            when policy = 'inventory' then 'is listed for rebuilding'
            when policy = 'undecided' then 'needs a decision'
            else 'stays behind'
        end as compatibility,
        case
            when policy <> 'migrate' then 'none'
            when open_decisions + unmapped_values > 0 then 'needs decisions'
            when custom_fields + mapped_values > 20 then 'needs a map and a plan'
            when custom_fields + mapped_values > 0 then 'needs a map'
            else 'as it is'
        end as complexity,
        depends_on,
        concat_ws(
            '; ',
            -- what the law keeps longer than any CRM
            if(
                object = 'claims',
                'keep claims at the source as long as the law wants them (HIPAA papers 6 years, '
                || 'many payers and states 7 to 10): settle it with the practice''s counsel',
                null
            ),
            if(devices > 0, devices || ' imaging devices to confirm one by one', null),
            if(phi_fields > 0, phi_fields || ' fields hold patients'' data', null)
        ) as to_settle,

        -- numbers
        records,
        fields,
        custom_fields,
        undeclared_fields,
        phi_fields,
        mapped_values,
        unmapped_values,
        open_decisions,
        orphan_links,
        invalid_values,
        devices,
        round(minutes / 60, 1) as hours_estimated
    from estimated
)

select * from scope

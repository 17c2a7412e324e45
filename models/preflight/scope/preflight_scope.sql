with

measured as (select * from {{ ref('preflight_scope_measured') }}),

effort as (select * from {{ ref('effort') }}),

retention as (select * from {{ ref('retention') }}),

object_policies as (select * from {{ ref('object_policies') }}),

complexities as (select * from {{ ref('complexities') }}),

minutes_for as (
    -- an item that the seed lost is no reason to estimate nothing
    select map_from_entries(list((item, minutes))) as each
    from effort
),

estimated as (
    select
        measured.*,
        retention.rule as retention_rule,
        retention.keep_years_min,
        retention.keep_years_max,
        if(
            measured.policy = 'migrate',
            coalesce(minutes_for.each['object that moves'], 0)
            + coalesce(minutes_for.each['custom field'], 0) * measured.custom_fields
            + coalesce(minutes_for.each['mapped value'], 0) * measured.mapped_values
            + coalesce(minutes_for.each['open decision'], 0)
            * (measured.open_decisions + measured.undeclared_fields),
            coalesce(minutes_for.each['object that stays'], 0)
            + coalesce(minutes_for.each['imaging device'], 0) * coalesce(measured.devices, 0)
            + coalesce(minutes_for.each['thing to rebuild'], 0)
            * if(measured.policy = 'inventory', coalesce(measured.records, 0), 0)
        ) as minutes
    from measured
    cross join minutes_for
    left join retention on measured.object = retention.object
),

-- of all that an object is, the hardest
ranked as (
    select
        estimated.object,
        arg_max(complexities.complexity, complexities.rank) as complexity
    from estimated
    inner join complexities
        on
            estimated.open_decisions + estimated.unmapped_values >= complexities.open_from
            and estimated.custom_fields + estimated.mapped_values >= complexities.mapped_from
    group by estimated.object
),

scope as (
    select
        -- ids
        estimated.object,

        -- text
        estimated.policy,
        estimated.classification,
        estimated.reason,
        object_policies.compatibility,
        coalesce(object_policies.complexity, ranked.complexity) as complexity,
        estimated.depends_on,
        concat_ws(
            '; ',
            estimated.retention_rule,
            nullif(greatest(estimated.devices - estimated.devices_confirmed, 0), 0)
            || ' imaging devices to confirm one by one: preflight_devices',
            nullif(estimated.phi_fields, 0) || ' fields hold patients'' data'
        ) as to_settle,
        estimated.remark,

        -- numbers
        estimated.records,
        estimated.fields,
        estimated.custom_fields,
        estimated.undeclared_fields,
        estimated.phi_fields,
        estimated.mapped_values,
        estimated.unmapped_values,
        estimated.open_decisions,
        estimated.orphan_links,
        estimated.invalid_values,
        estimated.devices,
        estimated.devices_confirmed,
        estimated.keep_years_min,
        estimated.keep_years_max,
        round(estimated.minutes / 60, 1) as hours_estimated
    from estimated
    left join ranked on estimated.object = ranked.object
    left join object_policies on estimated.policy = object_policies.policy
)

select * from scope

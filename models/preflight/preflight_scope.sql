with

measured as (select * from {{ ref('preflight_scope_measured') }}),

effort as (select * from {{ ref('effort') }}),

retention as (select * from {{ ref('retention') }}),

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
            retention_rule,
            if(
                devices > devices_confirmed,
                devices - devices_confirmed || ' imaging devices to confirm one by one:'
                || ' preflight_devices',
                null
            ),
            if(phi_fields > 0, phi_fields || ' fields hold patients'' data', null)
        ) as to_settle,
        remark,

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
        devices_confirmed,
        keep_years_min,
        keep_years_max,
        round(minutes / 60, 1) as hours_estimated
    from estimated
)

select * from scope

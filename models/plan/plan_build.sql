{# One row: from what this warehouse was built, so that the loader can refuse an old one. #}
with newest as (

    select
        max(run_id) filter (where source = 'visual_practice') as visual_practice_run,
        max(run_id) filter (where source = 'nutshell') as nutshell_run
    from (
        select
            run_id,
            'visual_practice' as source
        from {{ ref('stg_visual_practice__runs') }}
        union all
        select
            run_id,
            'nutshell' as source
        from {{ source('nutshell', 'runs') }}
    )

),

journal as (

    select coalesce(max(write_id), 0) as audit_version from {{ ref('stg_audit__writes') }}

),

build as (

    select
        '{{ invocation_id }}' as invocation_id,
        cast('{{ run_started_at }}' as timestamptz) as built_at,
        journal.audit_version,
        newest.visual_practice_run,
        newest.nutshell_run
    from newest
    cross join journal

)

select * from build

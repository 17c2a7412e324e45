with

declared as (select * from {{ ref('stg_visual_practice__fields') }}),

classes as (select * from {{ ref('field_classes') }}),

objects as (
    select
        objects.object,
        -- a policy that nobody knows moves nothing
        coalesce(object_policies.fields_move, false) as fields_move
    from {{ ref('objects') }} as objects
    left join {{ ref('object_policies') }} as object_policies
        on objects.policy = object_policies.policy
),

fields as (
    select
        coalesce(classes.object, declared.object) as object,
        coalesce(classes.field, declared.field) as field,
        classes.class,
        classes.policy,
        nullif(trim(classes.permitted_by), '') as permitted_by,
        coalesce(declared.is_phi, false) or coalesce(classes.class = 'phi', false) as is_phi
    from declared
    full join classes
        on declared.object = classes.object and declared.field = classes.field
),

decided as (
    select
        fields.object,
        fields.field,
        fields.is_phi,
        fields.permitted_by,
        coalesce(fields.class, if(fields.is_phi, 'phi', 'business')) as class,
        -- patients' data moves (or moves masked) only when somebody has signed for it
        case
            when fields.is_phi and fields.permitted_by is null then 'exclude'
            when not objects.fields_move then 'exclude'
            else coalesce(fields.policy, 'migrate')
        end as policy
    from fields
    left join objects on fields.object = objects.object
)

select * from decided

-- A failing row names the target that Nutshell lacks now, and the file that asks for it.
{{ config(severity='warn') }}

select distinct
    csv_file,
    target_value
from {{ ref('preflight_value_maps') }}
where is_mapped and not target_exists

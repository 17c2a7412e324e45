-- A failing row is the line to add. Blockers stop the load already: here it is only said.
{{ config(severity='warn') }}

select
    csv_file,
    csv_line
from {{ ref('preflight_value_maps') }}
where not is_mapped

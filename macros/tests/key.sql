{# Generic test, one scan for what took a test per column: the key's columns tell every row from the
   others and are filled, and so are the columns named in `filled`. A column of the key that may be
   empty is named in `nullable`: two empty values of it are the same, but for a key of that one
   column, which tells only those rows apart that have it. #}
{% test key(model, columns=[], nullable=[], filled=[]) %}
{%- set needed = columns | reject('in', nullable) | list + filled %}
with

rows_tested as (select * from {{ model }})
{%- if needed %},

missing as (
    select
        {%- for column in needed %}
        count(*) filter (where {{ column }} is null) as {{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from rows_tested
)

select
    'has no value: ' || column_name as problem,
    null as key_values,
    row_count
from (unpivot missing on columns(*) into name column_name value row_count)
where row_count > 0
{%- endif %}
{%- if needed and columns %}

union all
{% endif %}
{%- if columns %}
select
    'stands more than once' as problem,
    cast(row({{ columns | join(', ') }}) as varchar) as key_values,
    count(*) as row_count
from rows_tested
{%- if columns | length == 1 and columns == nullable %}
where {{ columns[0] }} is not null
{%- endif %}
group by {{ columns | join(', ') }}
having count(*) > 1
{%- endif %}
{% endtest %}

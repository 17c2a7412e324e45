{# Generic test: no two rows agree in all the named columns; no value counts as a value. #}
{% test unique_rows(model, columns) %}
select {{ columns | join(', ') }}, count(*) as copies
from {{ model }}
group by all
having count(*) > 1
{% endtest %}

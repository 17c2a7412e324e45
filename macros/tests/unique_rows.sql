{# Generic test: no two rows agree in all the named columns; an empty cell counts as a value. #}
{% test unique_rows(model, columns) %}
select {% for column in columns %}coalesce({{ column }}, '') as {{ column }}, {% endfor %}count(*) as copies
from {{ model }}
group by all
having count(*) > 1
{% endtest %}

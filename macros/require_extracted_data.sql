{# Stops a build, run, test or snapshot before its first query while nothing has been extracted. #}
{% macro require_extracted_data() %}
    {% if execute and flags.WHICH in ("build", "run", "test", "snapshot") %}
        {% set folder = env_var("DATA_DIR", "data") ~ "/raw/visual_practice" %}
        {% set committed %}
            select count(*) from glob('{{ folder | replace("'", "''") }}/*/runs/*.parquet')
            where not contains(file, '/00000000T')
        {% endset %}
        {% if run_query(committed).columns[0].values()[0] == 0 %}
            {{ exceptions.raise_compiler_error(
                "nothing has been extracted into " ~ folder ~ ": run `extract visual-practice` (or"
                ~ " `extract visual-practice --from FOLDER`), `extract nutshell` and `extract rates`"
            ) }}
        {% endif %}
    {% endif %}
{% endmacro %}

{#
    Stops a build, run, test or snapshot before its first query while nothing has been extracted, or
    where a landed file is not whole: one line instead of an error for each model that reads it.
#}
{% macro require_extracted_data() %}
    {% if execute and flags.WHICH in ("build", "run", "test", "snapshot") %}
        {% set raw = env_var("DATA_DIR", "data") ~ "/raw" %}
        {% set folder = raw ~ "/visual_practice" %}
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
        {% set damage = run_query("select first_damage('" ~ raw | replace("'", "''") ~ "')") %}
        {% if damage.columns[0].values()[0] %}
            {{ exceptions.raise_compiler_error(damage.columns[0].values()[0]) }}
        {% endif %}
    {% endif %}
{% endmacro %}

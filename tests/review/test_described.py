"""Every table of the review is named where the lineage ends, and says what makes a row its own."""

from pathlib import Path

import yaml

MODELS = Path(__file__).parents[2] / "models" / "review"
TABLES = {path.stem for path in MODELS.glob("review_*.sql")}
PAGES = [yaml.safe_load(path.read_text()) for path in sorted(MODELS.glob("_*.yml"))]
DESCRIBED = {model["name"]: model for page in PAGES for model in page.get("models", [])}
#: A view that is opened one record at a time: testing all of it would make every row that exists.
UNTESTED = {"review_record"}


def test_the_exposure_names_every_table_that_is_published():
    """A table that reviewers open and the graph does not know would lose its columns unseen."""
    (exposure,) = [
        exposure
        for page in PAGES
        for exposure in page.get("exposures", [])
        if exposure["name"] == "review_database"
    ]
    named = {ref.removeprefix("ref('").removesuffix("')") for ref in exposure["depends_on"]}
    assert TABLES - named == set()


def test_every_table_has_a_key_that_is_tested():
    """By one column that is unique, or several together."""
    keyless = {
        name
        for name, model in DESCRIBED.items()
        if not any("unique_rows" in test for test in model.get("data_tests", []))
        and not any("unique" in column.get("data_tests", []) for column in model["columns"])
    }
    assert (TABLES - UNTESTED) & (keyless | (TABLES - DESCRIBED.keys())) == {
        "review_losses_foreseen"  # a list of findings: the same record may have one twice
    }

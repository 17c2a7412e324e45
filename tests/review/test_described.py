"""Every table of the review is named where the lineage ends."""

from pathlib import Path

import yaml

MODELS = Path(__file__).parents[2] / "models" / "review"
TABLES = {path.stem for path in MODELS.glob("review_*.sql")}
PAGES = [yaml.safe_load(path.read_text()) for path in sorted(MODELS.glob("_*.yml"))]


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

"""What README shows a reviewer and an operator of tables is there, on a loaded practice."""

import re

import pytest

from tests.journeys.road import PROJECT, Road

pytestmark = pytest.mark.journey

README = (PROJECT / "README.md").read_text()
(QUERIES,) = re.findall(r"^```sql\n(.*?)^```", README, re.S | re.M)
PREFLIGHT = (PROJECT / "docs" / "preflight.md").read_text()
TABLES = set(re.findall(r"`((?:preflight|review)_[a-z_]+|review\.[a-z_]+)`", README + PREFLIGHT))
#: nobody worked in Nutshell on this road, and nothing stands there twice
EMPTY = ("review_conflicts",)


@pytest.fixture
def done(stages):
    """A practice that is loaded and read back, as it lies on disk."""
    return Road(stages.folder / "loaded", project=stages.project)


@pytest.mark.parametrize("query", re.findall(r"^(.*?);", QUERIES, re.M))
def test_a_query_of_the_reviewers_chapter_answers(done, query):
    """As it is written there, and with something to look at."""
    assert done.rows(query, database="review") or any(name in query for name in EMPTY)


@pytest.mark.parametrize("name", sorted(TABLES))
def test_a_table_of_a_page_can_be_asked(done, name):
    """By the schema that its name begins with."""
    schema = name.partition("_")[0]
    done.rows(f"from {name if '.' in name else f'{schema}.{name}'} limit 1")

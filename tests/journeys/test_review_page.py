"""The review page of a loaded practice: it opens from disk, fetches nothing, shows all."""

import html
import re
import shutil

import duckdb
import pytest

from load.review.command import render
from tests.browser import look, needs_chromium
from tests.journeys.road import Road

pytestmark = pytest.mark.journey
ROWS = "document.querySelectorAll('#table-findings tbody tr').length"
HOSTILE = "<img src=x onerror=alert(1)></script><script>alert(2)</script>"


@pytest.fixture
def done(stages):
    """A practice that is loaded and read back, as it lies on disk."""
    return Road(stages.folder / "loaded", project=stages.project)


def test_verify_leaves_the_page_for_its_owner_only(done):
    """0600, one file that names no address to fetch from, under a policy that forbids all."""
    page = done.data / "review.html"
    assert page.stat().st_mode & 0o777 == 0o600
    text = html.unescape(page.read_text())
    assert "default-src 'none'" in text
    outside = re.sub(r"(?s)<script.*?</script>", "", text)
    assert not re.search(r"<(script|link|img|iframe)\b|@import|url\((?!data:)", outside)


def test_the_page_tells_what_did_not_move_and_whom_to_ask(done):
    """The first lines have the numbers of the tables; each record left is there with its owner."""
    text = (done.data / "review.html").read_text()
    ((total, there),) = done.rows(
        "select sum(source_records), sum(created + updated + matched + merged) from review_summary",
        database="review",
    )
    assert f"{int(there):,} of {int(total):,} records are in Nutshell" in text
    left = done.rows(
        "select record_key, owner from review_buckets where bucket = 'blocked'", database="review"
    )
    assert left
    for key, owner in left:
        assert key in text and (owner or "") in text


@needs_chromium
def test_the_page_opens_without_a_complaint_or_a_request_and_filters_and_drills_down(done):
    """In a browser: a number of the heat table leaves its rows, a row opens its record."""
    cell = "document.querySelector('.heat button')"
    (rows, number, left, is_open, cells, labelled), complaints, fetched = look(
        done.data / "review.html",
        [
            ROWS,
            f"parseInt({cell}.firstChild.textContent)",
            f"{cell}.click(); {ROWS}",
            "document.querySelector('#table-findings tbody tr').dispatchEvent(new KeyboardEvent("
            "'keydown', {key: 'Enter', bubbles: true})); document.getElementById('record').open",
            "document.querySelectorAll('#record-cells tr').length",
            "[...document.querySelectorAll('button, input, select')].every((each) =>"
            " each.textContent.trim() || each.ariaLabel || each.labels?.length)",
        ],
    )
    assert complaints == []
    assert fetched == [(done.data / "review.html").absolute().as_uri()]
    assert rows > number == left
    assert is_open and cells > 1
    assert labelled, "a control without a label"


@needs_chromium
def test_contents_are_text_whatever_they_say(done, tmp_path):
    """Markup in a name and in a value stands there as it was written, in both kinds of table."""
    shutil.copy(done.data / "review.duckdb", tmp_path / "review.duckdb")
    with duckdb.connect(str(tmp_path / "review.duckdb")) as review:
        review.execute("update internal.review_cards set name = ?, owner = ?", [HOSTILE, HOSTILE])
        review.execute("update internal.review_field_diff set source_value = ?", [HOSTILE])
        (tmp_path / "page.html").write_text(render(review))
    (shown, matter, images), complaints, fetched = look(
        tmp_path / "page.html",
        [
            "document.querySelector('#table-findings tbody').textContent",
            "document.querySelector('.matter').textContent",
            "document.querySelectorAll('img').length",
        ],
    )
    assert complaints == [] and len(fetched) == 1
    assert HOSTILE in shown and HOSTILE in matter
    assert images == 0


def test_a_cell_is_explained_step_by_step_and_without_contents(done):
    """The practice's field, the map's file, the write; contents on demand only."""
    ((key, mapped),) = done.rows(
        "select record_key, mapped_value from review_record where field = 'customFields.Deal stage'"
        " and diff_class = 'same' and mapped_value is not null order by record_key limit 1",
        database="review",
    )
    said = done.run("load", "explain", key, "Deal stage", expect=0)
    for word in ("deals.stage", "seeds/value_maps/deal_stage.csv, confirmed", "record create done"):
        assert word in said
    assert mapped not in said
    assert mapped in done.run("load", "explain", key, "Deal stage", "--show", expect=0)
    assert "knows no record" in done.run("load", "explain", "people:nobody", expect=2)

"""The generated practice: the same by seed, any record alone, as messy as a real one."""

import io
import json
import re
import tracemalloc
import zipfile
from collections import Counter
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from hashlib import sha256

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.cli import main
from sandbox.generator.attachments import HUGE
from sandbox.generator.export import write_folder
from sandbox.generator.nutshell import starting_state
from sandbox.generator.practice import Practice

SIZE, SEED = 400, 7
ALL = {name: list(Practice(SIZE, SEED).stream(name)) for name in Practice(SIZE, SEED).objects}
IDS = {name: {record["id"] for record in records} for name, records in ALL.items()}
USERS, ORGANIZATIONS, PEOPLE = ALL["users"], ALL["organizations"], ALL["people"]
LEADS, DEALS, ACTIVITIES, FILES = (
    ALL["leads"], ALL["deals"], ALL["activities"], ALL["attachments"]
)  # fmt: skip
DATE = re.compile(r"\d{4}-\d\d-\d\d")


def is_date(text):
    try:
        return bool(DATE.fullmatch(text)) and bool(date.fromisoformat(text))
    except ValueError:
        return False


def is_time(text):
    try:
        return bool(datetime.fromisoformat(text))
    except ValueError:
        return False


def is_amount(text):
    try:
        return Decimal(text).is_finite()
    except InvalidOperation:
        return False


def custom(records, key):
    found = (record.get("custom_fields") or {} for record in records)
    return [fields[key] for fields in found if fields.get(key) not in (None, "")]


def values(records, key):
    return [record[key] for record in records if record.get(key) not in (None, "")]


def of(records, key):
    """Every value inside the lists of a record's field: e-mails, telephone numbers."""
    return [entry["value"] for record in records for entry in record[key]]


def orphans(records, key, target):
    links = []
    for value in values(records, key):
        links += value if isinstance(value, list) else [value]
    return [link for link in links if link not in IDS[target]]


def depth(organization):
    parents = {record["id"]: record.get("parent_id") for record in ORGANIZATIONS}
    seen = []
    while organization and organization not in seen:
        seen.append(organization)
        organization = parents.get(organization)
    return len(seen), bool(organization)


EMAILS = [value.lower() for value in of(PEOPLE, "emails")]
MESS = {
    "telephone numbers as decimals": any(v.endswith(".0") for v in of(PEOPLE, "phones")),
    "a telephone number in exponent form": "7.73E+016" in of(PEOPLE, "phones"),
    "telephone numbers without area code": any(len(v) == 8 for v in of(PEOPLE, "phones")),
    "faxes with line breaks": any("\n" in v for v in of(ORGANIZATIONS, "phones")),
    "postal codes as decimals": any(
        a["postal_code"].endswith(".0") for r in ORGANIZATIONS + PEOPLE for a in r["addresses"]
    ),
    "names in capitals": any(v.isupper() for v in values(PEOPLE, "last_name")),
    "<UNAVAIL>": "<UNAVAIL>" in values(PEOPLE, "first_name"),
    "leading blanks": any(v.startswith(" ") for v in values(PEOPLE, "first_name")),
    "line breaks in names": any("\n" in v for v in values(ORGANIZATIONS, "name")),
    "mojibake": any("√" in v for v in values(PEOPLE, "first_name")),
    "a formula in a name": any(v.startswith("=") for v in values(PEOPLE, "first_name")),
    "a NUL in a name": any("\x00" in v for v in values(PEOPLE, "first_name")),
    "dates that are none": any(not is_date(v) for v in values(PEOPLE, "date_of_birth")),
    "close dates that are none": any(not is_date(v) for v in values(DEALS, "expected_close_date")),
    "amounts that are none": any(not is_amount(v) for v in values(DEALS, "amount")),
    "times that are none": any(not is_time(v) for v in values(ACTIVITIES, "started_at")),
    "booleans as text": any(isinstance(v, str) for v in custom(PEOPLE, "newsletter")),
    "numbers as text": any(isinstance(v, str) for v in values(ORGANIZATIONS, "employee_count")),
    "values outside their pick-list": "Fax" in custom(PEOPLE, "preferred_contact"),
    "multiple values as one text": any(isinstance(v, str) for v in custom(PEOPLE, "interests")),
    "a value longer than its field": any(len(v) > 10 for v in custom(ORGANIZATIONS, "npi")),
    "unknown stages": "Engaging" in values(DEALS, "stage"),
    "deals without a stage": any(not r.get("stage") for r in DEALS),
    "unknown statuses": "Needs Review" in values(LEADS, "status"),
    "probability 1000": 1000 in values(DEALS, "probability"),
    "weekend close dates": any(
        date.fromisoformat(v).weekday() > 4
        for v in values(DEALS, "expected_close_date") if is_date(v)
    ),
    "amounts missing": any(not r.get("amount") for r in DEALS if r.get("stage") != "Closed Lost"),
    "amounts 0": "0" in values(DEALS, "amount"),
    "a currency without a rate": "KES" in values(DEALS, "currency"),
    "a currency without minor units": "JPY" in values(DEALS, "currency"),
    "deals without a currency": any(not r.get("currency") for r in DEALS),
    "times with offsets": any("+02:00" in r["modified_at"] for r in PEOPLE),
    "times without a zone": any(len(r["modified_at"]) == 19 for r in PEOPLE),
    "times that are dates only": any(is_date(v) for v in values(ACTIVITIES, "started_at")),
    "times of 1979": any(v.startswith("1979") for v in values(ACTIVITIES, "started_at")),
    "people without a name": any(not r.get("first_name") and not r.get("last_name")
                                 for r in PEOPLE),
    "people without e-mail": any(not r["emails"] for r in PEOPLE),
    "people without any way to reach them": any(
        not r["emails"] and not r["phones"] and not r["addresses"] for r in PEOPLE
    ),
    "e-mails that are none": any("@" not in v for v in of(PEOPLE, "emails")),
    "the same person several times": max(Counter(EMAILS).values()) >= 3,
    "twins by capitals": any(v.isupper() and EMAILS.count(v.lower()) > 1
                             for v in of(PEOPLE, "emails")),
    "a shared e-mail": EMAILS.count("family0@mail.example") > 1,
    "organizations twice": any(v.endswith(" Inc.") for v in values(ORGANIZATIONS, "name")),
    "the same name at another address": max(
        Counter(values(ORGANIZATIONS, "name")).values()) > 1,
    "a hierarchy four deep": max(depth(r["id"])[0] for r in ORGANIZATIONS) >= 4,
    "a cycle of parents": any(depth(r["id"])[1] for r in ORGANIZATIONS),
    "parents that do not exist": orphans(ORGANIZATIONS, "parent_id", "organizations"),
    "people of no organization": orphans(PEOPLE, "organization_id", "organizations"),
    "leads of nobody": orphans(LEADS, "person_id", "people"),
    "leads converted to nothing": orphans(LEADS, "converted_deal_id", "deals"),
    "deals of no organization": orphans(DEALS, "organization_id", "organizations"),
    "deals of nobody": orphans(DEALS, "person_ids", "people"),
    "activities of nobody": orphans(ACTIVITIES, "person_ids", "people"),
    "activities of no organization": orphans(ACTIVITIES, "organization_id", "organizations"),
    "activities of no lead": orphans(ACTIVITIES, "lead_id", "leads"),
    "activities of no deal": orphans(ACTIVITIES, "deal_id", "deals"),
    "files of nothing": [r for r in FILES if r["parent_id"] not in IDS[r["parent_type"]]],
    "owners who left or never were": orphans(DEALS, "owner_id", "users"),
    "inactive users": [r for r in USERS if not r["active"]],
    "users who share an e-mail": max(Counter(values(USERS, "email")).values()) > 1,
    "a user twice by case": max(
        count for mail, count in Counter(v.lower() for v in values(USERS, "email")).items()
        if not mail.startswith("frontdesk")) > 1,
    "HTML bodies": any("<p>" in v for v in values(ACTIVITIES, "body")),
    "quoted-printable bodies": any("=C3" in v for v in values(ACTIVITIES, "body")),
    "a mention in a body": any("@[Contacts:12]" in v for v in values(ACTIVITIES, "body")),
    "an undeclared key": values(PEOPLE, "loyalty_tier"),
    "an undeclared custom field": custom(PEOPLE, "hs_score"),
    "absent, null and empty": {"absent", None, ""} == {
        r.get("job_title", "absent") for r in PEOPLE if not r.get("job_title")},
    "converted leads": values(LEADS, "converted_deal_id"),
    "files without a sum": any(not r.get("sha256") for r in FILES),
    "the 3 GB record": any(r["size_bytes"] == HUGE for r in FILES),
    "clinical images that say photo": any(
        (r.get("file_name") or "").endswith(".jpg") for r in FILES),
    "specialty modules": ALL["claims"] and ALL["eligibility"] and ALL["imaging_studies"],
    "the inventory": ALL["workflows"] and ALL["email_templates"] and ALL["integrations"],
}  # fmt: skip


@pytest.mark.parametrize("mess", MESS)
def test_mess_is_present(mess):
    """The generated practice has every kind of mess that the real one has."""
    assert MESS[mess]


@settings(max_examples=60, deadline=None)
@given(size=st.integers(1, 2000), seed=st.integers(0, 2**32), draw=st.data())
def test_record_alone_equals_record_in_stream(size, seed, draw):
    """A record made alone is the one that the stream gives at its place, and its id says where."""
    practice = Practice(size, seed)
    name = draw.draw(st.sampled_from(practice.objects))
    index = draw.draw(st.integers(0, min(practice.count(name), 40) - 1))
    stream = practice.stream(name)
    streamed = [next(stream) for _ in range(index + 1)]
    assert streamed[-1] == Practice(size, seed).record(name, index)
    assert [record["id"] for record in streamed] == sorted({record["id"] for record in streamed})


def test_counts_follow_size():
    """The objects keep their proportions, and the smallest practice has all of them."""
    big = Practice(1_000_000, 1)
    assert big.count("people") == 1_000_000
    assert big.count("activities") == 2_000_000
    assert big.record("people", 999_999)["id"].startswith("per_000f423f")
    small = Practice(50, 1)
    assert all(small.count(name) for name in small.objects)


def test_shares_of_deleted_and_fresh():
    """About 1.5 % of the records are deleted, about 5 % changed in the last 48 hours."""
    records = [record for name in ("people", "deals") for record in Practice(3000, 3).stream(name)]
    deleted = sum(record["deleted_at"] is not None for record in records) / len(records)
    fresh = sum(record["modified_at"] >= "2026-10-28T14" for record in records) / len(records)
    assert 0.008 < deleted < 0.025
    assert 0.03 < fresh < 0.07


def test_nothing_is_modified_after_now():
    """Every record was created and modified before the server's time."""
    for record in (record for records in ALL.values() for record in records):
        assert record["modified_at"] < "2026-10-30T14:00:01"  # the offset +02:00 reads later


def test_seeds_differ():
    """Another seed is another practice."""
    assert Practice(50, 1).record("people", 40) != Practice(50, 2).record("people", 40)


def test_memory_stays_flat():
    """Twenty thousand people pass through without being held."""
    practice = Practice(20_000, 5)
    tracemalloc.start()
    held = 0
    for count, _ in enumerate(practice.stream("people")):
        if count == 50:
            held, _ = tracemalloc.get_traced_memory()
        if count == 3000:  # tracing is slow: a seventh of the way shows the slope
            break
    now, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert now - held < 200_000


def test_bodies_are_what_they_are():
    """Each kind of file opens as itself, and sizes and sums are true except where planted."""
    practice = Practice(2000, 11)
    seen, wrong, sums = Counter(), 0, Counter()
    for record in practice.stream("attachments"):
        body = practice.body(record["id"])
        if body is None:
            seen["lost"] += 1
            continue
        sums[body] += bool(body)
        wrong += bool(record.get("sha256")) and record["sha256"] != sha256(body).hexdigest()
        if body[128:132] == b"DICM":
            seen["dicom"] += 1
        elif body.startswith(b"%PDF-"):
            seen["pdf"] += 1
            start = int(body.rsplit(b"startxref\n", 1)[1].split()[0])
            assert body[start:].startswith(b"xref")
        elif body.startswith(b"\x89PNG"):
            seen["png"] += 1
        elif body.startswith(b"PK"):
            seen["docx"] += 1
            assert zipfile.ZipFile(io.BytesIO(body)).testzip() is None
    assert set(seen) == {"lost", "dicom", "pdf", "png", "docx"}
    assert wrong == 1
    assert max(sums.values()) > 1


@pytest.mark.parametrize("size", [-1, 0, 1_000_001, "many"])
@pytest.mark.parametrize("command", ["serve", "export"])
def test_a_size_that_is_none_is_refused(tmp_path, command, size):
    """Wrong use, said in a line that names the range; nothing is made."""
    place = tmp_path / "made"
    arguments = [f"--state={place}"] if command == "serve" else [str(place)]
    done = CliRunner().invoke(main, [command, *arguments, f"--size={size}"])
    assert done.exit_code == 2 and "--size" in done.stderr
    assert "1<=x<=1000000" in done.stderr or size == "many"
    assert not place.exists()


def test_export_folder_holds_the_practice(tmp_path):
    """An export folder holds metadata, every record in order, and the bytes that exist."""
    folder = tmp_path / "export"
    counts = write_folder(folder, 50, 3)
    practice = Practice(50, 3)
    assert json.loads((folder / "metadata.json").read_text()) == practice.metadata()
    for name in practice.objects:
        lines = (folder / f"{name}.jsonl").read_text("utf-8").split("\n")[:-1]
        assert [json.loads(line) for line in lines] == list(practice.stream(name))
        assert counts[name] == len(lines)
    for record in practice.stream("attachments"):
        path = folder / "files" / record["id"]
        assert (path.read_bytes() if path.exists() else None) == practice.body(record["id"])
    with pytest.raises(FileExistsError):
        write_folder(folder, 50, 3)


def test_starting_state_of_nutshell():
    """Most owners are users (by case, alias, disabled, missing); one in twenty is there already."""
    state = starting_state(None, SIZE, SEED)
    mails = {mail for user in state["users"] for mail in user["emails"]}
    exact = [user for user in USERS if user["email"] in mails]
    folded = {mail.lower() for mail in mails}
    by_case = [u for u in USERS if u["email"] not in mails and u["email"].lower() in folded]
    missing = [u for u in USERS if u["email"].lower() not in folded]
    assert len(exact) > len(USERS) / 2
    assert by_case
    assert missing
    assert sum(not user["isEnabled"] for user in state["users"]) == 1
    assert any(len(user["emails"]) > 1 for user in state["users"])
    assert 0.03 < len(state["contacts"]) / SIZE < 0.06
    assert 0.03 < len(state["accounts"]) / len(ORGANIZATIONS) < 0.07
    known = set(EMAILS)
    assert all(contact["email"]["--primary"].lower() in known for contact in state["contacts"])
    ids = [record["id"] for records in state.values() for record in records]
    assert len(ids) == len(set(ids))


def test_starting_state_of_the_real_practice(practice_folder):
    """From an export folder, users and records come from the files beside it."""
    state = starting_state(practice_folder, 1, 1)
    assert (len(state["users"]), len(state["contacts"]), len(state["accounts"])) == (24, 150, 60)

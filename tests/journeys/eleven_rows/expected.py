"""What the seeds make of the generated practice, written by hand; how a test reads both sides."""

import re
from datetime import UTC, date

from tests.journeys.both_sides import moment

ZONE = "America/Chicago"
CUT_OVER = date(2026, 10, 30)
CLOSING = {"Closed Won": 10, "Closed Lost": 11}
STATUSES = {
    "New": "New",
    "Contacted": "Working",
    "Qualified": "Working",
    "Unqualified": "Bad",
    "Nurture": "Working",
    "Needs Review": "Working",
    "Open - Not Contacted": "New",
    "": "New",
}
HASHED = "bwAO6ZWofSUTYQvtbI7pjQ=="  # a stage that the practice's former system sent unreadable
STAGES = {"": "Not stated", HASHED: "Not stated"}  # the others keep their names
MILESTONES = {
    "New": "New",
    "Contacted": "Working",
    "Qualified": "Qualified",
    "Unqualified": "Working",
    "Nurture": "Nurturing",
    "Prospecting": "Prospecting",
    "Proposal": "Proposal",
    "Negotiation": "Negotiation",
    "Closed Won": "Closing",
    "Closed Lost": "Closing",
    "On Hold": "Prospecting",
    "Engaging": "Prospecting",
    HASHED: "Prospecting",
    "Needs Review": "Working",
    "Open - Not Contacted": "New",
}
TYPES = {"call": "Phone Call", "email": "Email/Letter", "meeting": "Meeting", "note": "Note"}
#: what the practice holds and nobody may carry on, as it stands in the values of those records
PATIENTS_DATA = ("date_of_birth", "patient_number", "insurance_carrier", "last_visit")


def living(records):
    """Leave out what the practice has deleted."""
    return {key: row for key, row in records.items() if not row.get("deleted_at")}


def plain(text):
    """Give a name without line breaks and doubled blanks."""
    return " ".join(str(text or "").replace("\0", "").split())


def fields_of(row):
    """Give a record's custom fields."""
    return row.get("customFields") or {}


def loaded(held, object_name, records):
    """Pair the practice's living records with Nutshell's, where they are there."""
    keys = {f"{object_name}:{key}": row for key, row in living(records).items()}
    return {key: (row, held.by_key[key]) for key, row in keys.items() if key in held.by_key}


def alone(key, buckets):
    """Tell whether nothing was merged into a person, or an organization."""
    merged_into = {survivor for _, _, survivor in buckets.values()}
    return not merged_into & {f"people:{key}", f"organizations:{key}"}


def tags_of(row):
    return {tag if isinstance(tag, str) else tag["name"] for tag in row["tags"] or []}


def definitions(road, entity):
    """Give an entity's custom fields by name."""
    return {row["name"]: row for row in road.rpc("findCustomFields")[entity.capitalize()]}


def utc(when):
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def start_of(row):
    """Give an activity's start; one that has none readable stands at its creation."""
    try:
        return moment(row["started_at"], ZONE)
    except (KeyError, TypeError, ValueError):
        return moment(row["created_at"], ZONE)


#: who takes over what belongs to nobody in Nutshell: seeds/policies/settings.csv
FALLBACK = "desk8@lakeshore-aesthetics.example"
SAID = {
    **dict.fromkeys((True, "TRUE", "true", "Y", "Yes", "1"), "Yes"),
    **dict.fromkeys((False, "FALSE", "false", "N", "No", "0"), "No"),
}


def owner_of(row, users, held):
    """Give the id of the Nutshell user that a record belongs to: by e-mail in any case, enabled."""
    enabled = [user for user in held.users.values() if user["isEnabled"]]
    by_mail = {mail.casefold(): user["id"] for user in enabled for mail in user["emails"]}
    owner = users.get(row.get("owner_id") or "") or {}
    return by_mail.get(str(owner.get("email") or "").casefold(), by_mail[FALLBACK])


def stands_for(key, buckets):
    """Give the key of the record that a record lives in: its own, or what it was merged into."""
    return buckets[key][2] or key if key in buckets else key


def digits(text):
    """Give the last ten digits of a number; nothing where it has fewer, or is no plain one."""
    plain_number = re.sub(r"\.0$", "", str(text))
    found = re.sub(r"\D", "", plain_number)
    return found[-10:] if len(found) in (10, 11) and "E" not in plain_number else ""

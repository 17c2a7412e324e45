"""What an administrator has set up in the imitated account: stages, types, limits."""

from __future__ import annotations

from typing import Any

Row = dict[str, Any]

MADE = "2024-01-02T15:00:00+0000"
CURRENCY = "USD"
COMPANY_DOMAIN = "brightwater-aesthetics.example"

# entity types whose records the loader writes, and the word for each in URLs of the web pages
PAGES = {"Accounts": "company", "Contacts": "person", "Leads": "lead", "Activities": "activity"}
ENTITY_OF_PATH = {
    "accounts": "Accounts",
    "contacts": "Contacts",
    "leads": "Leads",
    "activities": "Activities",
    "notes": "Notes",
}
TAGGED = ("Accounts", "Contacts", "Leads")

# our assumption, but for a lead's title, which was met twice: Nutshell documents no length
LIMITS = {
    "text": 255,
    "lead_description": 100,
    "long_text": 65_535,
    "custom_field_name": 64,
    "choices": 500,
    "file_bytes": 104_857_600,
    "full_page": 100,
}

CUSTOM_FIELD_TYPES = ("Text", "LongText", "Currency", "Date", "Decision", "Number")


def starting_definitions() -> dict[str, list[Row]]:
    """Return the rows of every definition table as the account has them on its first day."""
    stagesets = [
        _row("Stagesets", 71, "Inbound", default=1, position=1),
        _row("Stagesets", 75, "Deals", default=0, position=4),
    ]
    stages = {
        71: ("New", "Working", "Qualified", "Nurturing"),
        75: ("Prospecting", "Proposal", "Negotiation", "Closing"),
    }
    milestones: list[Row] = []
    for stageset, names in stages.items():
        for position, name in enumerate(names, start=1):
            number = 327 + 4 * len(milestones)
            milestones.append(
                _row("Milestones", number, name, position=position, stagesetId=stageset)
            )
    outcomes = [
        _row("Lead_Outcomes", number, name, type=status)
        for number, name, status in ((3, "Won", 10), (7, "Lost", 11), (11, "Cancelled", 12))
    ]
    kinds = ("Phone Call", "Meeting", "Email/Letter", "Note")
    return {
        "Stagesets": stagesets,
        "Milestones": milestones,
        "Lead_Outcomes": outcomes,
        "Activity_Types": [
            _row("Activity_Types", number, name)
            for number, name in zip((1, 3, 7, 11), kinds, strict=True)
        ],
        "Teams": [_row("Teams", 39, "Front office")],
        "Markets": [_row("Markets", 1, "US")],
        "Industries": [
            _row("Industries", 1 + 4 * index, name)
            for index, name in enumerate(("Health care", "Manufacturing", "Retail", "Services"))
        ],
        "Account_Types": [
            _row("Account_Types", number, name) for number, name in ((1, "Customer"), (2, "Vendor"))
        ],
        "Sources": [
            _row("Sources", number, name) for number, name in ((3, "Web"), (7, "Referral"))
        ],
        "Tags": [],
        "Custom_Fields": [],
        "Products": [],
        "Files": [],
        "Tasks": [],
    }


def _row(entity: str, number: int, name: str, **more: Any) -> Row:
    return {
        "id": number,
        "entityType": entity,
        "rev": "1",
        "name": name,
        "createdTime": MADE,
        "modifiedTime": MADE,
        **more,
    }


def built_in_state() -> dict[str, list[Row]]:
    """Return three users and two known records: what serves where no generator is installed."""
    people = (("Ada Ortiz", True, True), ("Ben Cole", False, True), ("Cleo Marsh", False, False))
    users = [
        {
            "id": 3 + 4 * index,
            "name": name,
            "emails": [f"{name.split()[0].lower()}@{COMPANY_DOMAIN}"],
            "isEnabled": enabled,
            "isAdministrator": administrator,
        }
        for index, (name, administrator, enabled) in enumerate(people)
    ]
    known = {"createdTime": MADE, "modifiedTime": MADE, "rev": "1"}
    contact = {"id": 1003, "name": "Known Person", "email": ["known@known.example"], **known}
    account = {"id": 2003, "name": "Known Clinic", **known}
    return {"users": users, "contacts": [contact], "accounts": [account]}

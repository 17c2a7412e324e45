"""
The one comparison: whether two values of a field mean the same, whatever shape they are in.

As it is sent, as Nutshell renders it, as an image remembers it: each is brought to its items, and
the items are compared as a multiset. Equality, not containment: one item more is a difference.
The rules are those of the SQL that finds the differences (macros/comparable.sql).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from typing import Any

import orjson

#: A custom field's name → its type in Nutshell; a field of an unknown type is a text.
TypeOf = Callable[[str], str]
Rule = Callable[[Any], str]  # an item → what counts of it; empty where nothing does
NUMBERS = frozenset({"number", "currency", "money"})
PRIMARY = "--primary"  # under it labelled values repeat the first of them

_NUMBER = re.compile(r"[+-]?([0-9]{1,28}([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]{1,2})?( [A-Z]{3})?")
_DATE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})([T ].*)?")
_BLANKS = re.compile(r"[\t\n\f\r ]+")
_WIDE = Context(prec=60, rounding=ROUND_HALF_UP)
_NINTH = Decimal("1e-9")
_ADDRESS = ("address_1", "address_2", "address_3", "city", "state", "postalCode", "country")


def untyped(_: str) -> str:
    """Say that a custom field is a text."""
    return ""


@dataclass(frozen=True, slots=True)
class Items:
    """What counts of a value: its items in order, and with their labels, where it has labels."""

    items: tuple[str, ...]
    labelled: tuple[tuple[str, str], ...] | None = None

    def equals(self, other: Items) -> bool:
        """Compare; labels count where both sides have them."""
        with_labels = self.labelled is not None and other.labelled is not None
        return self.items == other.items and (not with_labels or self.labelled == other.labelled)


def equal(field: str, left: Any, right: Any, types: TypeOf = untyped) -> bool:
    """Say whether two values of a field mean the same; no value equals an empty one."""
    return items_of(field, left, types).equals(items_of(field, right, types))


def items_of(field: str, value: Any, types: TypeOf = untyped) -> Items:
    """Bring a value to its items: a field is named as it is sent, or as it is shown."""
    rule = _RULES.get(shown_as(field), text)
    if field.startswith("customFields."):
        rule = _RULES_OF_TYPES.get(_type(types(field.removeprefix("customFields."))), text)
    elif field in LABELLED:
        return _labelled(value, rule)
    elif field in ("value", "manualValue"):
        return _money(value)
    return _items(rule(item) for item in _listed(value))


def shown_as(key: str) -> str:
    """Name the key under which a record shows what is sent under another."""
    return _SHOWN_AS.get(key, key)


# -- one value ---------------------------------------------------------------------------------


def text(value: Any) -> str:
    """Give a text on one line; a number that is no text by its digits; a structure by its parts."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return _plain(Decimal(str(value)))
    if isinstance(value, str):
        return _BLANKS.sub(" ", value).strip(" ")
    parts = _parts(value)
    return orjson.dumps(parts, option=orjson.OPT_SORT_KEYS).decode() if parts else ""


def folded(value: Any) -> str:
    """Give a text without its capitals, letter by letter as SQL does."""
    return "".join(letter.lower()[0] for letter in text(value))


def link(value: Any) -> str:
    """Give a link without what Nutshell puts before one that has no scheme."""
    return folded(value).removeprefix("http://")


def digits(value: Any) -> str:
    """Give a phone's digits; a 1 before ten of them is told or not, as its writer likes."""
    if isinstance(value, Mapping):
        code = text(value.get("countryCode"))
        parts = ("" if code == "1" else code, value.get("number"), value.get("extension"))
        value = " ".join(text(part) for part in parts)
    found = re.sub(r"[^0-9]", "", text(value))
    return re.sub(r"^1([0-9]{10})", r"\1", found)


def number(value: Any) -> str:
    """Give a number by its value, with a currency if one is behind it; anything else as a text."""
    said = text(value)
    if not _NUMBER.fullmatch(said):
        return said
    amount, _, currency = said.partition(" ")
    try:
        exact = Decimal(amount).quantize(_NINTH, context=_WIDE)
    except InvalidOperation:
        return said
    return f"{_plain(exact)} {currency}".strip() if abs(exact) < Decimal(10) ** 29 else said


def date(value: Any) -> str:
    """Give a day; its time is Nutshell's."""
    said = text(value)
    found = _DATE.fullmatch(said)
    return found[1] if found else said


_RULES_OF_TYPES = {"number": number, "date": date}


def _type(name: str) -> str:
    return "number" if name.lower() in NUMBERS else name.lower()


def _plain(value: Decimal) -> str:
    said = format(value, "f")
    said = said.rstrip("0").rstrip(".") if "." in said else said
    return "0" if said in ("-0", "") else said


def _instant(value: Any) -> str:
    try:
        moment = datetime.fromisoformat(text(value))
    except ValueError:
        return text(value)
    if moment.tzinfo is None:
        return text(value)
    return moment.astimezone(UTC).replace(microsecond=0).isoformat()


def _money(value: Any) -> Items:
    """Compare amounts; currencies too where both sides tell one. Nutshell shows 0 for no value."""
    told = value if isinstance(value, Mapping) else {"amount": value}
    amount = number(told.get("amount"))
    if amount in ("", "0"):
        return Items(())
    currency = text(told.get("currency") or told.get("currency_shortname"))
    return Items((amount,), ((currency, amount),) if currency else None)


def _name(value: Any) -> str:
    if not isinstance(value, Mapping):
        return text(value)
    parts = [text(value.get(key)) for key in ("salutation", "givenName", "familyName")]
    if not any(parts[1:]):
        return text(value.get("displayName"))
    return " ".join(part for part in parts if part)


def _address(value: Any) -> str:
    if not isinstance(value, Mapping):
        return folded(value)
    parts = {key: folded(value.get(key)) for key in _ADDRESS if value.get(key)}
    return orjson.dumps(parts).decode() if parts else ""


def _reference_to(entity: str) -> Rule:
    """Tell a link by its ends; `entity`: what it leads to where it does not say that itself."""

    def rule(value: Any) -> str:
        if not isinstance(value, Mapping):
            return text(value)
        said = f"{value.get('entityType') or entity}:{text(value.get('id'))}"
        relationship = text(value.get("relationship"))
        return f"{said} ({relationship})" if relationship else said

    return rule


def _chosen(value: Any) -> str:
    """Tell what is chosen from a list of the account's own by its id: shown as a stub."""
    return text(value.get("id") if isinstance(value, Mapping) else value)


def _parts(value: Any) -> Any:
    """Reduce a structure that no rule knows to what is not empty, lists without their order."""
    if isinstance(value, Mapping):
        if "id" in value and ("entityType" in value or "rev" in value):
            return {key: value[key] for key in _OF_A_STUB if value.get(key) is not None}
        parts = {str(key): _parts(item) for key, item in value.items() if key != PRIMARY}
        return {key: part for key, part in parts.items() if part not in ("", [], {})}
    if isinstance(value, list | tuple):
        parts_of = [part for part in map(_parts, value) if part not in ("", [], {})]
        return sorted(parts_of, key=lambda part: orjson.dumps(part, option=orjson.OPT_SORT_KEYS))
    return text(value)


# -- several -----------------------------------------------------------------------------------


def _items(found: Iterable[str]) -> Items:
    return Items(tuple(sorted(item for item in found if item)))


def _labelled(value: Any, rule: Rule) -> Items:
    """Read a list, or `{label: value}`; numbers that Nutshell gives are no labels."""
    if not isinstance(value, Mapping):
        return _items(rule(item) for item in _listed(value))
    pairs = [(str(label), rule(item)) for label, item in value.items()]
    own = [(label, item) for label, item in pairs if label != PRIMARY and item]
    own = own or [("0", item) for _, item in pairs if item]
    bare = all(label.isdigit() for label, _ in own)
    return Items(
        tuple(sorted(item for _, item in own)),
        None if bare else tuple(sorted((text(label), item) for label, item in own)),
    )


def _listed(value: Any) -> Iterator[Any]:
    if isinstance(value, list | tuple):
        yield from value
    elif value is not None and value not in ("", {}):
        yield value


#: How a field's items are told; all others are texts.
_RULES: dict[str, Rule] = {
    "email": folded,
    "tags": folded,
    "url": link,
    "phone": digits,
    "address": _address,
    "name": _name,
    "confidence": number,
    "accounts": _reference_to("Accounts"),
    "contacts": _reference_to("Contacts"),
    "leads": _reference_to("Leads"),
    "participants": _reference_to(""),
    "owner": _reference_to("Users"),
    "assignee": _reference_to("Users"),
    "primaryAccount": _reference_to("Accounts"),
    **dict.fromkeys(
        ("stageset", "milestone", "activityType", "industry", "accountType", "outcome", "sources"),
        _chosen,
    ),
    **dict.fromkeys(("dueTime", "startTime", "endTime"), _instant),
}
#: Values that a record shows under labels, which are a customer's own words.
LABELLED = frozenset({"email", "phone", "url", "address"})
_OF_A_STUB = ("entityType", "id", "relationship")
_SHOWN_AS = {
    "stagesetId": "stageset",
    "milestoneId": "milestone",
    "activityTypeId": "activityType",
    "industryId": "industry",
    "accountTypeId": "accountType",
    "manualValue": "value",
}

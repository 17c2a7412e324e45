"""
What happens to values in a practice's system over the years: small functions that damage them.

Not a judge of values: what can be mended and how is SQL's decision.
"""

from __future__ import annotations

from typing import Any

from sandbox.generator.dice import Dice
from sandbox.generator.words import CITIES, STREETS

FAKE_CURRENCIES = ("KES",)  # no rate of the European Central Bank
CURRENCIES = (
    ("USD", 0.80), ("EUR", 0.05), ("GBP", 0.04), ("CAD", 0.03), ("CHF", 0.02), ("JPY", 0.02),
    ("KES", 0.01), ("", 0.03),
)  # fmt: skip
TRUE_WORDS = (True, "TRUE", "true", "Y", "Yes", "1")
FALSE_WORDS = (False, "FALSE", "false", "N", "No", "0")
PHONE_FORMS = (
    ("{a}-555-01{n:02d}", 0.38), ("({a}) 555-01{n:02d}", 0.28), ("+1 {a} 555 01{n:02d}", 0.14),
    ("{a}.555.01{n:02d} x{e}", 0.05), ("{a}55501{n:02d}.0", 0.06), ("555-01{n:02d}", 0.03),
    ("+44 20 7946 0{e}", 0.02), ("+49 30 23125{e}", 0.02), ("n/a", 0.01), ("<UNAVAIL>", 0.01),
)  # fmt: skip


def mojibake(text: str) -> str:
    """Encode twice, as two systems that disagreed would."""
    return text.encode().decode("mac_roman")


def boolean(dice: Dice, value: bool) -> Any:
    """Write a boolean: mostly as one, sometimes as the words that people import."""
    if dice.chance(0.85):
        return value
    return dice.pick(TRUE_WORDS if value else FALSE_WORDS)


def phone(dice: Dice, area: str) -> str:
    """Write a telephone number from the range kept for fiction, in one of many forms."""
    form = dice.weighted(PHONE_FORMS)
    return form.format(a=area, n=dice.below(100), e=100 + dice.below(900))


def money(dice: Dice, low: int, high: int, currency: str = "USD") -> str:
    """Draw an amount as a decimal string with the currency's minor units."""
    whole = low + dice.below(high - low)
    return str(whole) if currency == "JPY" else f"{whole}.{dice.below(100):02d}"


def broken_date(dice: Dice) -> str:
    """Write something that stands in a date field and is none, or is one in another form."""
    return dice.pick(("02/30/2024", "07/24/2023", "n/a", "2024-13-01", "soon", "0000-00-00"))


def address(dice: Dice, city: int, label: str) -> dict[str, Any]:
    """Make one address in the given city."""
    name, region, code, _ = CITIES[city % len(CITIES)]
    return {
        "label": label,
        "street": f"{1 + dice.below(9900)} {dice.pick(STREETS)} {dice.pick(('St', 'Ave', 'Blvd'))}",
        "street2": dice.pick((None, None, "", f"Suite {100 + dice.below(900)}")),
        "city": name.upper() if dice.chance(0.1) else name,
        "region": region,
        "postal_code": f"{code}0001.0" if dice.chance(0.03) else code,
        "country": dice.pick(("US", "US", "USA", "United States", None)),
        "primary": True,
    }

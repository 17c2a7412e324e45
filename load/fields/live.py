"""
The custom fields of the live account against those that a plan wants, by preflight's own rule.

Not a rule of its own: the SQL is the macro of which `preflight_custom_fields` is made.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import duckdb
import jinja2
import orjson

from common.paths import PROJECT_ROOT

Fields = Mapping[str, Iterable[Mapping[str, Any]]]
_MACROS = ("custom_field_columns", "definitions_compared")
_DIFFERING = """
with wanted as (
    select unnest(from_json(?,
        '[{"entity": "VARCHAR", "name": "VARCHAR", "nutshell_type": "VARCHAR",'
        '"fitting_types": ["VARCHAR"], "choices": ["VARCHAR"], "is_multiple": "BOOLEAN"}]'),
        recursive := true)
),
told as (select unnest(from_json(?, '["JSON"]')) as _record),
live as (select {{ custom_field_columns() }} from told)
select entity, name, coalesce(difference, 'not there')
from ({{ definitions_compared('wanted', 'live') }})
where state <> 'present'
order by all
"""


def choices_of(definition: Mapping[str, Any], column: str = "choices") -> list[Any]:
    """Read a definition's choices, or another list of it, which stand as JSON text."""
    choices = definition.get(column)
    if isinstance(choices, str):
        choices = orjson.loads(choices or "[]")
    return list(choices or [])


def differing(definitions: Iterable[Mapping[str, Any]], live: Fields) -> list[str]:
    """Name each custom field that Nutshell has not as it is wanted, and in what it differs."""
    wanted = [
        {key: d[key] for key in ("entity", "name", "nutshell_type", "is_multiple")}
        | {"choices": choices_of(d), "fitting_types": choices_of(d, "fitting_types")}
        for d in definitions
        if d["definition_kind"] == "custom_field"
    ]
    there = [{**field, "entity": entity} for entity, fields in live.items() for field in fields]
    macros = (PROJECT_ROOT / "macros" / f"{name}.sql" for name in _MACROS)
    text = "".join(path.read_text() for path in macros) + _DIFFERING
    sql = jinja2.Environment(autoescape=False).from_string(text).render()  # noqa: S701
    with duckdb.connect() as link:
        found = link.execute(sql, [orjson.dumps(part).decode() for part in (wanted, there)])
        return [f"custom field {entity} “{name}” ({how})" for entity, name, how in found.fetchall()]

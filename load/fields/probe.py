"""
Records that are made to learn how an account behaves, and are deleted again.

`load fields` proves by one of each kind that custom fields come back on read: without it a write in
doubt could not be settled by asking. `load probe` asks more of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from common.errors import EffectUnknown, GateRefused, NotFound, Rejected
from load.audit.entries import Intent, Outcome, now, void
from load.audit.journal import Work
from load.destination import Destination
from load.session import Session

PROBES = "probes"


async def probe(opened: Session, destination: Destination) -> None:
    """Prove with one record of each kind that custom fields come back, and delete it again."""
    await sweep(opened, destination)
    marker = destination.nutshell.guesses.marker_field
    for kind in ("account", "contact", "lead"):
        try:
            made = await make(opened, destination, kind)
        except Rejected as error:
            raise GateRefused(f"The probe {kind} was refused: {error}") from None
        shown = (await destination.get(kind, int(made["id"]))).get("customFields") or {}
        await sweep(opened, destination)
        if not str(shown.get(marker)).startswith(f"{PROBES}:"):
            raise GateRefused(
                f"Nutshell does not give the custom field “{marker}” of a {kind} back on read:"
                " a write in doubt could not be settled. Nothing can be loaded like this."
            )


async def make(
    opened: Session,
    destination: Destination,
    kind: str,
    fields: Mapping[str, Any] | None = None,
    *,
    name: str = "",
) -> dict[str, Any]:
    """
    Make a record that `sweep` deletes, also after a kill: its intent is durable before the call.

    Returns it as Nutshell shows it. Raises Rejected; GateRefused where its effect is unknown.
    """
    key = f"{opened.run_id}-{name or kind}"
    marker = {destination.nutshell.guesses.marker_field: f"{PROBES}:{key}"}
    fields = dict(fields or {})
    custom = {**marker, **fields.pop("customFields", {})}
    title = {"description" if kind == "lead" else "name": f"Probe {key}"}
    payload = {**title, **fields, "customFields": custom}
    write_id = await opened.journal.intend(
        Intent(
            opened.run_id,
            f"{PROBES}:{key}/record",
            kind,
            PROBES,
            key,
            "record",
            "create",
            destination.method("create", kind),
            payload=orjson.dumps(payload).decode(),
        )
    )
    try:
        answer = await destination.create(kind, payload, f"{PROBES}:{key}")
    except EffectUnknown:
        raise GateRefused(
            "Whether the probe record was made is not known. Run the same command again."
        ) from None
    except Rejected:
        await opened.journal.settle(
            Outcome(write_id, "failed", state="absent", cause_class="rejected")
        )
        raise
    await opened.journal.settle(
        Outcome(write_id, "done", nutshell_id=int(answer["id"]), state="created")
    )
    return answer


async def sweep(opened: Session, destination: Destination) -> None:
    """Delete probe records, also those that an earlier run left behind."""
    left = list(
        opened.audit.rows(
            "select kind, source_id, nutshell_id from records"
            " where source_object = ? and state = 'created'",
            PROBES,
        )
    )
    for row in left:
        try:
            record = await destination.get(row["kind"], row["nutshell_id"])
            await destination.delete(row["kind"], row["nutshell_id"], str(record["rev"]))
        except NotFound:
            pass
        await opened.journal.note(_forgotten(row["source_id"]))


def _forgotten(source_id: str) -> Work:
    statement = (
        "update records set state = 'deleted', updated_at = ?"
        " where source_object = ? and source_id = ?"
    )
    return lambda link: void(link.execute(statement, (now(), PROBES, source_id)))

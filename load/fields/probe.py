"""
Proves by a record of each kind, made and deleted, that the account shows custom fields on read.

Without it a write in doubt could not be settled by asking; so nothing is loaded where it fails.
"""

from __future__ import annotations

import orjson

from common.errors import EffectUnknown, GateRefused, NotFound, Rejected
from load.audit.entries import Intent, Outcome, now, void
from load.audit.journal import Work
from load.destination import Destination
from load.session import Session

PROBES = "probes"


async def probe(opened: Session, destination: Destination) -> None:
    """Prove with one record of each kind that custom fields come back, and delete it again."""
    await _sweep(opened, destination)
    marker = destination.nutshell.guesses.marker_field
    for kind in ("account", "contact", "lead"):
        key = f"{opened.run_id}-{kind}"
        title = {"description" if kind == "lead" else "name": f"Probe {key}"}
        payload = {**title, "customFields": {marker: f"{PROBES}:{key}"}}
        method = destination.method("create", kind)
        write_id = await opened.journal.intend(
            Intent(
                opened.run_id,
                f"{PROBES}:{key}/record",
                kind,
                PROBES,
                key,
                "record",
                "create",
                method,
                payload=orjson.dumps(payload).decode(),
            )
        )
        try:
            answer = await destination.create(kind, payload, f"{PROBES}:{key}")
        except EffectUnknown:
            raise GateRefused(
                "Whether the probe record was made is not known. Run the same command again."
            ) from None
        except Rejected as error:
            await opened.journal.settle(
                Outcome(write_id, "failed", state="absent", cause_class="rejected")
            )
            raise GateRefused(f"The probe {kind} was refused: {error}") from None
        await opened.journal.settle(
            Outcome(write_id, "done", nutshell_id=int(answer["id"]), state="created")
        )
        shown = (await destination.get(kind, int(answer["id"]))).get("customFields") or {}
        await _sweep(opened, destination)
        if shown.get(marker) != f"{PROBES}:{key}":
            raise GateRefused(
                f"Nutshell does not give the custom field “{marker}” of a {kind} back on read:"
                " a write in doubt could not be settled. Nothing can be loaded like this."
            )


async def _sweep(opened: Session, destination: Destination) -> None:
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
